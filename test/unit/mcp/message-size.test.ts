import { describe, expect, it } from "vitest";
import { hasTooManyValues, readOuterId } from "../../../src/mcp/message-size.ts";

describe("hasTooManyValues", () => {
  it.each([
    ["numbers", `[${"1,".repeat(100_000)}1]`],
    ["objects", `[${"{},".repeat(60_000)}1]`],
    ["levels", "[".repeat(100_001)],
    ["keys", `{${'"k":1,'.repeat(100_001)}`],
  ])("refuses very many %s", (_name, text) => {
    expect(hasTooManyValues(text)).toBe(true);
  });

  it.each([
    ["nothing", ""],
    ["as many as may be", `[${"1,".repeat(99_999)}1]`],
    ["one long text", `"${"x".repeat(10_000_000)}"`],
  ])("accepts %s", (_name, text) => {
    expect(hasTooManyValues(text)).toBe(false);
  });
});

describe("readOuterId", () => {
  const params = `"params":{"name":"x","arguments":{"id":"inner","list":[${"{},".repeat(500)}{"id":7}]}}`;
  it.each<[string, string, string | number | null]>([
    ["first", `{"jsonrpc":"2.0","id":5,"method":"tools/call",${params}}`, 5],
    ["last", `{"method":"tools/call",${params},"jsonrpc":"2.0","id":"r1"}`, "r1"],
    ["in the arguments only", `{"method":"tools/call",${params},"jsonrpc":"2.0"}`, null],
    ["very long", `{"id":"${"9".repeat(400)}","method":"tools/call",${params}}`, null],
    ["in a batch", `[{"id":1,${params}}]`, null],
    ["in no JSON at all", "[[[[", null],
  ])("%s", (_name, text, id) => {
    expect(readOuterId(text)).toBe(id);
  });
});
