import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/json.ts";
import { explainWith, formatLine, formatValue, listBody } from "../../../src/tools/question-lines.ts";

const silent = () => undefined;
const linesOf = (body: JsonObject) => listBody(body, silent).map(formatLine);

describe("listBody", () => {
  it.each<[JsonObject, string[]]>([
    [
      { name: "a", cost: 0, strict: false, none: null },
      ['name: "a"', "cost: 0", "strict: false", "none: null"],
    ],
    [{ owners: ["a", "b"] }, ['owners[0]: "a"', 'owners[1]: "b"']],
    [{ refs: [{ appId: "a", id: "e" }] }, ['refs[0].appId: "a"', 'refs[0].id: "e"']],
    [{ empty: {}, list: [], deep: { more: {} } }, ["empty: {}", "list: []", "deep.more: {}"]],
    [{ expandMask: { paths: ["app_id"] }, deep: { expandMask: 1 } }, ["deep.expandMask: 1"]],
    [{ text: "a\nifExists: fail" }, ['text: "a\\nifExists: fail"']],
  ])("%j", (body, lines) => {
    expect(linesOf(body)).toEqual(lines);
  });

  it.each([
    ["team_name", 'map.team_name: "v"'],
    ["team.name", 'map["team.name"]: "v"'],
    ["a-b", 'map["a-b"]: "v"'],
    ["1st", 'map["1st"]: "v"'],
    ["", 'map[""]: "v"'],
    ['x: "y"\ntenant', 'map["x: \\"y\\"\\ntenant"]: "v"'],
    ["a\u202eb", 'map["a\\u202eb"]: "v"'],
    ["__proto__", 'map.__proto__: "v"'],
  ])("a key %j cannot forge a line", (key, line) => {
    expect(linesOf({ map: Object.fromEntries([[key, "v"]]) })).toEqual([line]);
  });
});

describe("explainWith", () => {
  const named = [
    { id: "jane", name: "Jane Doe", email: "jane@acme.example" },
    { id: "quoted", name: 'A", e-mail "b@c' },
    { id: "long", name: "x".repeat(400), email: "🦦".repeat(301) },
    { id: "wide", name: "🦦".repeat(300) },
    { id: "ghost", name: undefined },
    { id: "new", name: "New", note: "a remark" },
    { id: "echo", name: "token hunter22" },
  ];
  const explain = explainWith(named, (text) => text.replace("hunter22", "***"));

  it.each([
    ["jane", ' (name "Jane Doe", e-mail "jane@acme.example")'],
    ["quoted", ' (name "A\\", e-mail \\"b@c")'],
    ["long", ` (name "${"x".repeat(299)}…", e-mail "${"🦦".repeat(299)}…")`],
    ["wide", ` (name "${"🦦".repeat(300)}")`],
    ["ghost", " (name not known)"],
    ["new", ' (name "New", a remark)'],
    ["echo", ' (name "token ***")'],
    ["nobody", ""],
  ])("%s", (id, words) => {
    expect(formatValue({ value: id, explained: explain(id) })).toBe(id + words);
  });
});
