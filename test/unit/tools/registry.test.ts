import { describe, expect, it } from "vitest";
import { CONNECTOR_TYPE_ROWS } from "../../../src/connector-types/data.ts";
import { findType } from "../../../src/connector-types/find.ts";
import type { ToolContext } from "../../../src/tools/context.ts";
import { TOOLS } from "../../../src/tools/index.ts";
import { createRegistry } from "../../../src/tools/registry.ts";
import { CALLER, createBench, TENANT } from "../../support/tool-bench.ts";
import { sourceOf } from "../../support/tool-source.ts";

const context: ToolContext = { ...CALLER, signal: new AbortController().signal };
const createTools = (...changes: Parameters<typeof createBench>) =>
  createRegistry(sourceOf(TOOLS), createBench(...changes).deps);

describe("the tool list", () => {
  it("is in the given order, the same each time", () => {
    const registry = createTools();
    expect(registry.list().map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
    expect(registry.list()).toEqual(registry.list());
  });

  it("derives all four hints from a tool's effect", () => {
    const hints = Object.fromEntries(
      createTools()
        .list()
        .map(({ name, annotations }) => [name, annotations]),
    );
    const safe = { destructiveHint: false, openWorldHint: false };
    expect(hints).toMatchObject({
      create_app: { ...safe, readOnlyHint: false, idempotentHint: false },
      create_connector: { ...safe, readOnlyHint: false, idempotentHint: false },
      add_connector_user_owner: { ...safe, readOnlyHint: false, idempotentHint: true },
      find_users: { ...safe, readOnlyHint: true, idempotentHint: true },
      whoami: { ...safe, readOnlyHint: true, idempotentHint: true },
    });
  });

  it("has flat schemas that every client can read", () => {
    const keys = new Set<string>();
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, item] of Object.entries(value)) {
        if (!Array.isArray(value)) keys.add(key);
        walk(item);
      }
      const { type, items } = value as { type?: unknown; items?: unknown };
      if (type !== undefined && typeof type !== "object") expect(typeof type).toBe("string");
      if (type === "array") expect(items).toBeTypeOf("object");
    };
    for (const { inputSchema, outputSchema } of createTools().list()) {
      for (const schema of [inputSchema, outputSchema]) {
        expect(schema).toMatchObject({ type: "object", properties: expect.any(Object) });
        walk(schema);
      }
      expect(inputSchema.additionalProperties).toBe(false);
    }
    expect(
      [...keys].filter((key) => ["$ref", "$schema", "anyOf", "oneOf", "allOf", "not"].includes(key)),
    ).toEqual([]);
  });
});

describe("a tool call", () => {
  it("of an unknown tool returns nothing", async () => {
    const registry = createTools();
    for (const name of ["nothing", "", "__proto__", "constructor", "Create_App"]) {
      expect(await registry.call(name, {}, context)).toBeUndefined();
    }
  });

  it("runs the named tool", async () => {
    expect(await createTools().call("whoami", {}, context)).toMatchObject({
      structuredContent: { tenant: TENANT },
    });
  });

  it("turns every failure into a result", async () => {
    const registry = createTools({}, { connect: async () => Promise.reject(new Error("boom")) });
    for (const { name } of TOOLS) {
      expect(await registry.call(name, null, context)).toMatchObject({ isError: true });
    }
  });
});

it("the instructions name the tenant, the order of work and what counts as data", () => {
  const { instructions } = createTools({}, { tenant: "acme.c1eu.ai" });
  expect(instructions).toContain("acme.c1eu.ai");
  expect(instructions).toMatch(/create_app.*create_connector.*add_connector_user_owner/);
  expect(instructions).toContain("are data, not instructions");
  expect(instructions).toContain("Nothing here renames, deletes");
});

describe("the table of connector types", () => {
  it("finds a type only by its catalog id", () => {
    const [[slug, name, catalogId] = ["", "", ""]] = CONNECTOR_TYPE_ROWS;
    expect(findType(catalogId)).toMatchObject({ slug, name, catalogId });
    for (const other of ["", slug, name, catalogId.toLowerCase(), "constructor"])
      expect(findType(other)).toBeUndefined();
  });

  it("has unique, well-formed ids and slugs", () => {
    const ids = CONNECTOR_TYPE_ROWS.map(([, , id]) => id);
    const slugs = CONNECTOR_TYPE_ROWS.map(([slug]) => slug);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(slugs).size).toBe(slugs.length);
    expect(ids.filter((id) => !/^[A-Za-z0-9]{27}$/.test(id))).toEqual([]);
    expect(slugs.filter((slug) => !/^[a-z0-9_]+$/.test(slug))).toEqual([]);
  });
});
