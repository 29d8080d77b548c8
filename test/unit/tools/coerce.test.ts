import { describe, expect, it } from "vitest";
import { z } from "zod/v3";
import { coerceArguments } from "../../../src/tools/coerce.ts";
import { parseArguments } from "../../../src/tools/parse.ts";

const schema = z
  .object({
    name: z.string(),
    note: z.string().optional(),
    count: z.number().int().optional(),
    flag: z.boolean().default(false),
    list: z.array(z.string()).optional(),
    pairs: z.array(z.object({ id: z.string(), on: z.boolean().optional() }).strict()).optional(),
    config: z.record(z.unknown()).optional(),
  })
  .strict();

const coerce = (args: unknown) => coerceArguments(args, schema);

describe("coerceArguments", () => {
  it.each<[string, unknown, unknown, string]>([
    ["count", "5", 5, "count: text, read as a number"],
    ["count", "-12.5", -12.5, "count: text, read as a number"],
    ["flag", "true", true, "flag: text, read as true or false"],
    ["flag", "false", false, "flag: text, read as true or false"],
    ["list", '["a", "b"]', ["a", "b"], "list: JSON text, read as the list in it"],
    ["config", ' {"a": 1}', { a: 1 }, "config: JSON text, read as the object in it"],
    ["pairs", [{ id: "x", on: "true" }], [{ id: "x", on: true }], "pairs.0.on: text, read as true or false"],
  ])("%s: %j", (key, value, read, note) => {
    expect(coerce({ name: "n", [key]: value })).toEqual({ args: { name: "n", [key]: read }, notes: [note] });
  });

  it.each<[string, unknown]>([
    ["count", "five"],
    ["count", "5 "],
    ["count", "1e3"],
    ["count", "0x10"],
    ["count", "05"],
    ["count", ""],
    ["count", true],
    ["flag", "True"],
    ["flag", "yes"],
    ["flag", "1"],
    ["flag", 1],
    ["list", "a,b"],
    ["list", '{"a": 1}'],
    ["list", "[not json"],
    ["config", "[1]"],
    ["config", '"{}"'],
    ["config", "null"],
    ["name", 5],
    ["name", '{"a": 1}'],
    ["note", "true"],
  ])("leaves alone what may mean something else: %s %j", (key, value) => {
    const args = { name: "n", [key]: value };
    expect(coerce(args)).toEqual({ args, notes: [] });
  });

  it("never converts inside a map whose values have no schema", () => {
    const args = { name: "n", config: { port: "5", on: "true", list: "[1]", unset: null } };
    expect(coerce(args)).toEqual({ args, notes: [] });
  });

  it("treats null as missing for optional arguments only", () => {
    expect(coerce({ name: null, note: null, flag: null, other: null })).toEqual({
      args: { name: null, other: null },
      notes: [],
    });
  });

  it("keeps a text that looks like a number where text is expected", () => {
    expect(parseArguments(schema, { name: "42" }, "t").args.name).toBe("42");
  });

  it("applies the same limits to converted text, and repeats none of it", () => {
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    const many = JSON.stringify(Array(2_000).fill("s3cr3t"));
    const proto = '{"__proto__": {"s3cr3t": 1}}';
    for (const args of [{ list: deep }, { list: many }, { config: proto }, { config: `{"a": ${deep}}` }]) {
      const run = () => parseArguments(schema, { name: "n", ...args }, "t");
      expect(run).toThrow(/nested deeper|at most|no map may have/);
      expect(run).not.toThrow(/s3cr3t/);
    }
  });
});
