import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { TOOL_NAMES, WRITE_TOOL_NAMES } from "../../src/config/tool-names.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { toJsonSchema } from "../../src/tools/json-schema.ts";
import type { ToolListing } from "../../src/tools/listing.ts";
import { createRegistry } from "../../src/tools/registry.ts";
import type { Switches } from "../../src/tools/switches.ts";
import { createBench } from "../support/tool-bench.ts";
import { sourceOf } from "../support/tool-source.ts";

const ALLOW: Switches = { readOnly: false, tools: undefined, writes: { default: "allow", byTool: {} } };

const list = (policy: Switches): readonly ToolListing[] =>
  createRegistry(sourceOf(TOOLS), createBench({}, { switches: policy }).deps).list();
const tokens = (value: unknown) => encode(JSON.stringify(value)).length;

describe("the tools as clients see them", () => {
  const listings = list(ALLOW);

  it("are these tools, in this order", () => {
    expect(listings.map(({ name }) => name)).toEqual([...TOOL_NAMES]);
    expect(TOOLS.filter(({ effect }) => effect !== "read").map(({ name }) => name)).toEqual([
      ...WRITE_TOOL_NAMES,
    ]);
  });

  it("can be tried by doctor if they ask C1 for what they read", () => {
    const untried = TOOLS.filter((tool) => tool.effect === "read" && !tool.probe);
    // Answers from our own table, and asks C1 only about a type that is not in it.
    expect(untried.map(({ name }) => name)).toEqual(["find_connector_types"]);
  });

  it("match the snapshot", async () => {
    await expect(`${JSON.stringify(listings, null, 2)}\n`).toMatchFileSnapshot("./tools-list.snap");
  });

  it("include only tools that can run", () => {
    const names = (policy: Partial<Switches>) => list({ ...ALLOW, ...policy }).map(({ name }) => name);
    const reads = TOOL_NAMES.slice(WRITE_TOOL_NAMES.length);
    expect(names({ readOnly: true })).toEqual(reads);
    expect(names({ writes: { default: "block", byTool: {} } })).toEqual(reads);
    expect(names({ writes: { default: "block", byTool: { create_app: "confirm" } } })).toEqual([
      "create_app",
      ...reads,
    ]);
    expect(names({ tools: ["whoami", "create_app"] })).toEqual(["create_app", "whoami"]);
  });

  it("stay within the token budget (o200k)", () => {
    const sent = tokens({ jsonrpc: "2.0", id: 2, result: { tools: listings } });
    // Both figures at once: whoever adds a tool raises both.
    expect.soft(sent).toBeLessThanOrEqual(2_700);
    const core = listings.map(({ name, description, inputSchema }) =>
      tokens({ name, description, inputSchema }),
    );
    expect(core.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(1_500);
  });

  it.each(listings)("$name states its purpose in at most two sentences", ({ description, title }) => {
    expect(title.length).toBeLessThanOrEqual(40);
    expect(description.length).toBeLessThanOrEqual(220);
    expect(description.split(/[.!?](?:\s|$)/).filter(Boolean).length).toBeLessThanOrEqual(2);
  });

  it.each(TOOLS)("$name has the hints that follow from its effect", ({ name, effect }) => {
    const { annotations } = listings.find((listing) => listing.name === name) as ToolListing;
    expect(annotations).toEqual({
      readOnlyHint: effect === "read",
      destructiveHint: effect === "replace",
      idempotentHint: effect !== "create",
      openWorldHint: false,
    });
    expect(effect === "read").toBe(!(WRITE_TOOL_NAMES as readonly string[]).includes(name));
  });

  it.each(TOOLS)("$name has flat schemas that every client accepts", ({ input, output }) => {
    for (const schema of [toJsonSchema(input), toJsonSchema(output)]) {
      expect(schema.type).toBe("object");
      expect(findTrouble(schema)).toEqual([]);
    }
    expect(toJsonSchema(input).additionalProperties).toBe(false);
  });

  it.each(TOOLS)("$name lists an output outline that every result satisfies", ({ name, output }) => {
    const { outputSchema } = listings.find((listing) => listing.name === name) as ToolListing;
    const whole = toJsonSchema(output) as unknown as Outline;
    const { properties, ...rest } = outputSchema as unknown as Outline;
    // Without `additionalProperties`, unmentioned properties are allowed.
    expect(rest).toEqual({ type: "object", ...(whole.required && { required: whole.required }) });
    for (const [key, { type, items, ...more }] of Object.entries(properties)) {
      expect(more).toEqual({});
      expect([key, type, Object.keys(items ?? {})]).toEqual([
        key,
        whole.properties[key]?.type,
        type === "array" ? ["type"] : [],
      ]);
      expect(items?.type).toBe(whole.properties[key]?.items?.type);
    }
    const unsaid = Object.keys(whole.properties).filter((key) => !(key in properties));
    expect(unsaid).toEqual("dryRun" in whole.properties ? ["dryRun", "request"] : []);
  });
});

interface Outline {
  readonly type: string;
  readonly items?: Outline;
  readonly properties: Readonly<Record<string, Outline>>;
  readonly required?: readonly string[];
}

/** Finds combinators, references, lists of types and arrays without items at any depth. */
function findTrouble(schema: unknown, path = "$"): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const node = schema as Record<string, unknown>;
  const own = ["anyOf", "oneOf", "allOf", "not", "$ref", "$schema", "if"].filter(
    (key) => key in node && !path.endsWith("properties"),
  );
  if (Array.isArray(node.type)) own.push("type array");
  if (node.type === "array" && node.items === undefined) own.push("no items");
  return [
    ...own.map((trouble) => `${path}: ${trouble}`),
    ...Object.entries(node).flatMap(([key, value]) => findTrouble(value, `${path}.${key}`)),
  ];
}
