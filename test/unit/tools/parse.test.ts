import { describe, expect, it } from "vitest";
import { z } from "zod/v3";
import { Failure } from "../../../src/errors.ts";
import { parseArguments } from "../../../src/tools/parse.ts";
import { cpuMs } from "../../support/cpu-time.ts";

const schema = z
  .object({
    displayName: z.string(),
    count: z.number().int().min(1).max(5).optional(),
    kind: z.enum(["a", "b"]).default("a"),
    flag: z.boolean().optional(),
    refs: z
      .array(z.object({ appId: z.string(), id: z.string() }).strict())
      .refine((list) => list.length <= 2, "must have at most 2 entries")
      .optional(),
    free: z.record(z.unknown()).optional(),
  })
  .strict();

const TAKES = "It takes: displayName, count, kind, flag, refs, free.";

function problemsOf(args: unknown): string[] {
  try {
    parseArguments(schema, args, "a_tool");
  } catch (error) {
    const failure = error as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: "invalid_arguments", changed: "no" });
    const [title, ...lines] = failure.message.trimEnd().split("\n");
    expect(title).toBe("a_tool was called with wrong arguments:");
    return lines;
  }
  return [];
}

describe("parseArguments", () => {
  it("returns the arguments with defaults filled in", () => {
    expect(parseArguments(schema, { displayName: "x" }, "a_tool")).toEqual({
      args: { displayName: "x", kind: "a" },
      notes: [],
    });
  });

  it.each<[unknown, ...string[]]>([
    [undefined, "- displayName: is required"],
    [null, "- displayName: is required"],
    [[], "- arguments: must be an object, got array"],
    ["text", "- arguments: must be an object, got string"],
    [{ displayName: 1 }, "- displayName: must be a string, got number"],
    [{ displayName: null }, "- displayName: must be a string, got null"],
    [{ displayName: "x", count: 0 }, "- count: must be at least 1"],
    [{ displayName: "x", count: 6 }, "- count: must be at most 5"],
    [{ displayName: "x", count: 1.5 }, "- count: must be an integer, got float"],
    [{ displayName: "x", count: "one" }, "- count: must be a number, got string"],
    [{ displayName: "x", count: "" }, "- count: must be a number, got string; leave it out if it is not set"],
    [{ displayName: "x", count: "9" }, "- count: must be at most 5"],
    [{ displayName: "" }],
    [{ displayName: "x", kind: "c" }, "- kind: must be one of a, b"],
    [{ displayName: "x", flag: "yes" }, "- flag: must be a boolean, got string"],
    [{ displayName: "x", kind: 1 }, "- kind: must be one of a, b"],
    [{ displayName: "x", refs: {} }, "- refs: must be an array, got object"],
    [{ displayName: "x", refs: [{ appId: 1, id: "i" }] }, "- refs.0.appId: must be a string, got number"],
    [{ displayName: "x", refs: [{ appId: "a" }] }, "- refs.0.id: is required"],
    [{ displayName: "x", free: [] }, "- free: must be an object, got array"],
    [{ displayName: "x", params: {} }, "- params: unknown argument; leave it out"],
    [{ displayName: "x", tags: [] }, "- tags: unknown argument; leave it out"],
    [{ displayName: "x", colour: null }, "- colour: unknown argument; leave it out"],
    [{ displayName: "x", colour: "" }, "- colour: unknown argument; leave it out"],
    [{ displayName: "x", shown: false }, "- shown: unknown argument", TAKES],
    [{ displayName: "x", shown: 0 }, "- shown: unknown argument", TAKES],
    [
      { displayName: "x", count: { value: "3" } },
      '- count: must be a number, got object; give only what "value" in it holds',
    ],
    [
      { displayName: "x", kind: { name: "A" } },
      '- kind: must be one of a, b; give only what "name" in it holds',
    ],
    [{ displayName: "x", count: { least: 1, most: 3 } }, "- count: must be a number, got object"],
    [{ displayName: "x", count: { value: { of: 3 } } }, "- count: must be a number, got object"],
    [
      { displayName: 1, count: 9 },
      "- displayName: must be a string, got number",
      "- count: must be at most 5",
    ],
  ])("%j", (args, ...problems) => {
    expect(problemsOf(args)).toEqual(problems);
  });

  it.each([
    ["display_name", "displayName"],
    ["DisplayName", "displayName"],
    ["displayname", "displayName"],
    ["cuont", "count"],
    ["cuomt", undefined],
    ["label", "displayName"],
    ["name", "displayName"],
    ["counts", "count"],
    ["somethingElse", undefined],
    ["constructor", undefined],
  ])("unknown argument %s: did you mean %s?", (key, suggestion) => {
    const [line, ...more] = problemsOf({ [key]: 1 }).filter((one) => !one.endsWith("is required"));
    const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
    expect(line).toBe(`- ${key}: unknown argument${hint}`);
    // If nothing can be guessed, the known arguments are listed once.
    expect(more).toEqual(suggestion === undefined ? [TAKES] : []);
  });

  it("looks for the nearest name at the level of the unknown one", () => {
    const refs = [
      { appId: "a", id: "i" },
      { app_id: "a", id: "i" },
    ];
    expect(problemsOf({ displayName: "x", refs })).toEqual([
      "- refs.1.appId: is required",
      "- refs.1.app_id: unknown argument; did you mean appId?",
    ]);
  });

  it.each([
    "tenant",
    "tenantId",
    "tenant_name",
    "C1_TENANT",
    "conductoroneTenant",
  ])("an argument %s is answered with the tenant that is served", (key) => {
    const parse = (tenant?: string) => () =>
      parseArguments(schema, { displayName: "x", [key]: "y" }, "t", tenant);
    expect(parse("acme.test")).toThrow(
      `- ${key}: unknown argument; only the tenant acme.test is served here: leave it out if that is the one meant`,
    );
    expect(parse()).not.toThrow("leave it out");
  });

  it.each(["tenants", "tenantPolicy", "mytenant"])("an argument %s is not taken for a tenant", (key) => {
    expect(() => parseArguments(schema, { displayName: "x", [key]: "y" }, "t", "acme.test")).not.toThrow(
      "leave it out",
    );
  });

  it("says so if the tool takes no arguments", () => {
    expect(() => parseArguments(z.object({}).strict(), { query: "x" }, "t")).toThrow(
      "- query: unknown argument\nIt takes no arguments.",
    );
  });

  it("refuses __proto__ like any unknown argument", () => {
    expect(problemsOf(JSON.parse('{"displayName": "x", "__proto__": {"flag": true}}'))).toEqual([
      "- __proto__: unknown argument; give its fields without it",
    ]);
  });

  it("repeats no value, and cleans and cuts the names that it repeats", () => {
    const lines = problemsOf({
      displayName: "x",
      kind: "s3cr3t",
      [`\u001b[31m\u202e${"k".repeat(500)}`]: "s3cr3t",
    });
    expect(lines.join()).not.toContain("s3cr3t");
    expect(lines[1]).toBe(`- ${"k".repeat(59)}…: unknown argument`);
  });

  it("lists ten problems and counts the others", () => {
    const args = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`display${index}`, 1]));
    const lines = problemsOf(args);
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe("- and 191 more");
  });

  it.each([
    ["unknown arguments", "arguments", "200 entries", { ...Array(1_000_000).fill(1) }],
    ["wrong elements", "refs", "1000 entries", { displayName: "x", refs: Array(1_000_000).fill(1) }],
    ["characters", "displayName", "65536 characters", { displayName: "x".repeat(3_000_000) }],
  ])("reports a single problem for a million %s", (_name, field, most, args) => {
    const started = cpuMs();
    expect(problemsOf(args)).toEqual([`- ${field}: must have at most ${most}`]);
    expect(cpuMs() - started).toBeLessThan(1_000);
  });
});
