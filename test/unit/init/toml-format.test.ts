import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/init/entry.ts";
import { Refusal } from "../../../src/init/refusal.ts";
import { tomlFormat } from "../../../src/init/toml-format.ts";

const ENTRY: Entry = {
  server: { command: "node", args: ["C:\\c1 admin\\dist\\main.js"], env_vars: ["A", "B"] },
  inputs: [],
};

describe("Codex's TOML", () => {
  it.each([
    ["settings", 'model = "gpt-5" # the good one\n'],
    ["another server", '[mcp_servers.github]\ncommand = "gh"\n\n[mcp_servers.github.env]\nX = "1"\n'],
    ["CRLF", '# mine\r\nmodel = "x"\r\n\r\n[tui]\r\ntheme = "dark"\r\n'],
    ["a comment at the end", "a = 1\n\n# the end\n"],
    ["texts that look like tables", 'notes = """\n[mcp_servers.c1]\ncommand = "no"\n"""\n'],
    ["no blank but one", "a = 1\n\n"],
  ])("%s: the entry is added and removed again, byte for byte", (_name, text) => {
    const changed = tomlFormat.put(text, ENTRY);
    expect(changed.startsWith(text)).toBe(true);
    expect(tomlFormat.readServer(changed)).toEqual(ENTRY.server);
    expect(parse(changed).mcp_servers).toMatchObject({ c1: ENTRY.server });
    if (text.includes("\r\n")) expect(changed.replaceAll("\r\n", "")).not.toContain("\n");
    if (text.includes('"""')) return expect(() => tomlFormat.remove(changed)).toThrow(Refusal);
    expect(tomlFormat.remove(changed)).toBe(text);
  });

  it("a file without a final newline gets one", () => {
    const changed = tomlFormat.put("a = 1", ENTRY);
    expect(changed.startsWith("a = 1\n\n[mcp_servers.c1]\n")).toBe(true);
    expect(tomlFormat.remove(changed)).toBe("a = 1\n");
  });

  it("removes its sub-tables, too, and keeps what people wrote after them", () => {
    const text =
      'a = 1\n\n[mcp_servers."c1"] # ours\ncommand = "node"\nargs = [\n  "x", # why\n]\n\n[ mcp_servers . c1 . env ]\nX = "1"\n\n# about tui\n[tui]\ntheme = "dark"\n';
    expect(tomlFormat.remove(text)).toBe('a = 1\n\n# about tui\n[tui]\ntheme = "dark"\n');
  });

  it("replaces an entry, and leaves an equal one alone", () => {
    const text = '[mcp_servers.c1]\ncommand = "old"\n\n[tui]\nx = 1\n';
    const changed = tomlFormat.put(text, ENTRY);
    expect(parse(changed)).toMatchObject({ mcp_servers: { c1: ENTRY.server }, tui: { x: 1 } });
    expect(changed).not.toContain("old");
    expect(tomlFormat.put(changed, ENTRY)).toBe(changed);
  });

  it.each([
    ["a = ", "line 1, column 5"],
    ["[a]\n[a]\n", "line 2, column 2"],
    ['model = "x"\nbad line\n', "line 2"],
    ["mcp_servers = 3", '"mcp_servers" is not a table'],
    [
      'mcp_servers = { a = { command = "x" } }',
      "in a form that cannot be changed without touching other entries: write each as a table of its own, [mcp_servers.NAME], and run init again",
    ],
    ['mcp_servers = { c1 = { command = "x" } }', "in a form that cannot be changed"],
    ['[mcp_servers]\nc1 = { command = "x" }', "in a form that cannot be changed"],
  ])("%j is refused: %s", (text, reason) => {
    expect(() => tomlFormat.put(text, ENTRY)).toThrow(Refusal);
    expect(() => tomlFormat.put(text, ENTRY)).toThrow(reason);
  });
});
