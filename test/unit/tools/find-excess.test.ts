import { describe, expect, it } from "vitest";
import { z } from "zod/v3";
import { bounded } from "../../../src/tools/bounds.ts";
import { findExcess } from "../../../src/tools/find-excess.ts";

const schema = z
  .object({
    name: bounded(z.string(), 10).describe("described").optional(),
    list: bounded(z.array(z.number()), 3).describe("described").optional(),
    map: bounded(z.record(z.string()), 2).optional(),
    rows: bounded(z.array(z.object({ name: bounded(z.string(), 5) }).strict()), 3).optional(),
    free: z.record(z.unknown()).optional(),
  })
  .strict();

const excess = (args: unknown) => {
  const issue = findExcess(args, schema);
  return issue && `${issue.path.join(".")}: ${issue.message}`;
};
const keys = (count: number, value: unknown = 1) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));
const nested = (depth: number) => {
  let value: unknown = "x";
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
};
const PROTO = JSON.parse('{"__proto__": 1}');

describe("findExcess", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["text", "x"],
    [
      "each at its bound",
      { name: "x".repeat(10), list: [1, 2, 3], map: keys(2, "v"), rows: [{ name: "12345" }] },
    ],
    [
      "a wrong kind, which zod tells better",
      { name: 1, list: "long text", map: "long text", rows: { name: [] } },
    ],
    ["free values at the bounds for all", { free: { a: "x".repeat(65_536), b: keys(200), c: nested(18) } }],
    ["a thousand values", { free: { a: Array(997).fill(1) } }],
    ["keys that every object has", { free: { constructor: 1, toString: 2, hasOwnProperty: 3 } }],
    ["an unknown argument", { constructor: 1 }],
    ["__proto__ among known arguments, which zod tells", PROTO],
  ])("accepts %s", (_name, args) => {
    expect(excess(args)).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ["a long text", { name: "x".repeat(11) }, "name: must have at most 10 characters"],
    ["a long list", { list: [1, 2, 3, 4] }, "list: must have at most 3 entries"],
    ["a large map", { map: keys(3, "v") }, "map: must have at most 2 entries"],
    ["a long text inside", { rows: [{ name: "123456" }] }, "rows.0.name: must have at most 5 characters"],
    ["a list of anything", { free: { a: Array(1_001).fill(1) } }, "free.a: must have at most 1000 entries"],
    ["a map of anything", { free: { a: keys(201) } }, "free.a: must have at most 200 entries"],
    ["any long text", { free: { a: "x".repeat(65_537) } }, "free.a: must have at most 65536 characters"],
    ["a list for a text", { name: Array(1_001).fill(1) }, "name: must have at most 1000 entries"],
    ["deep values", { free: { c: nested(19) } }, "free: must not be nested deeper than 20 levels"],
    ["many arguments", keys(201), ": must have at most 200 entries"],
    ["a list for the arguments", Array(1_001).fill(1), ": must have at most 1000 entries"],
    ["__proto__ in a map", { map: PROTO }, "map.__proto__: is a key that no map may have"],
    ["__proto__ deep inside", { free: { a: [PROTO] } }, "free.a.0.__proto__: is a key that no map may have"],
    [
      "many values together",
      { free: { a: Array(500).fill(1), b: Array(500).fill(1) } },
      "free.b: is too much: all arguments together may hold at most 1000 values",
    ],
    [
      "much text together",
      { free: keys(5, "x".repeat(60_000)) },
      "free.k2: is too much: all arguments together may have at most 131072 characters",
    ],
    [
      "long keys together",
      {
        free: {
          a: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}`.padEnd(600, "k"), {}])),
          b: keys(4, "x".repeat(5_000)),
        },
      },
      "free.b.k2: is too much: all arguments together may have at most 131072 characters",
    ],
  ])("refuses %s", (_name, args, expected) => {
    expect(excess(args)).toBe(expected);
  });

  it("names a key that is too long", () => {
    const issue = findExcess({ ["k".repeat(1_025)]: 1 }, schema);
    expect(issue).toMatchObject({
      path: ["k".repeat(1_025)],
      message: "the key must have at most 1024 characters",
    });
  });
});

describe("bounded", () => {
  it("also applies in zod", () => {
    const errors = (args: unknown) => schema.safeParse(args).error?.issues.map(({ message }) => message);
    expect(errors({ name: "x".repeat(11), list: [1, 2, 3, 4], map: keys(3, "v") })).toEqual([
      "must have at most 10 characters",
      "must have at most 3 entries",
      "must have at most 2 entries",
    ]);
  });
});
