import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/init/entry.ts";
import { createJsonFormat } from "../../../src/init/json-format.ts";
import { parseTree } from "../../../src/init/json-tree.ts";
import { Refusal } from "../../../src/init/refusal.ts";

const format = createJsonFormat("mcpServers", []);
const ENTRY: Entry = { server: { command: "node", args: ["/x/main.js"] }, inputs: [] };

/** Parses like a lenient client. */
function readLenient(text: string): unknown {
  const bare = text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part[0] === '"' ? part : "",
  );
  return JSON.parse(bare.replace(/,(\s*[}\]])/g, "$1"));
}

const OTHERS = {
  "other servers": '{\n  "mcpServers": {\n    "github": {\n      "command": "gh"\n    }\n  }\n}\n',
  "other settings only": '{\n  "theme": "dark"\n}\n',
  tabs: '{\n\t"mcpServers": {\n\t\t"a": {\n\t\t\t"command": "a"\n\t\t}\n\t}\n}',
  "four blanks": '{\n    "theme": "dark",\n    "mcpServers": {\n        "a": {}\n    }\n}\n',
  "one line": '{"mcpServers":{"a":{"command":"a"}},"z":1}',
  "one line with blanks": '{ "mcpServers": { "a": { "command": "a" } }, "z": 1 }',
  CRLF: '{\r\n  "mcpServers": {\r\n    "a": {}\r\n  }\r\n}\r\n',
  "trailing commas": '{\n  "mcpServers": {\n    "a": {},\n  },\n}\n',
  "trailing comma on one line": '{"mcpServers":{"a":{},},}',
  comments:
    '// my servers\n{\n  // all of them\n  "mcpServers": {\n    "a": {}, // the first\n    /* b */ "b": {} // the last\n    // no more\n  }\n  // end\n}\n// bye\n',
  "comment behind a trailing comma": '{\n  "mcpServers": {\n    "a": {}, // why a\n  }\n}\n',
  "comment on one line": '{"mcpServers":{"a":{} /* a */}}',
  "line comment within one line": '{"mcpServers":{"a":{} // a\n}}',
  "closing brace behind the last": '{\n  "mcpServers": {\n    "a": {}}}',
  "strings that look like syntax": '{"mcpServers":{"a":{"args":["}, //", "/* x */", "\\"c1\\""]}}}',
};

describe("JSON with comments", () => {
  it.each(
    Object.entries(OTHERS),
  )("%s: the entry is added and removed again, byte for byte", (_name, text) => {
    const changed = format.put(text, ENTRY);
    expect(format.readServer(changed)).toEqual(ENTRY.server);
    expect(readLenient(changed)).toMatchObject({ mcpServers: { c1: ENTRY.server } });
    expect(format.remove(changed)).toBe(text);
    // Every byte of the old text is still there, in the same order.
    let from = 0;
    for (const character of text) from = changed.indexOf(character, from) + 1 || Number.NaN;
    expect(from).toBeGreaterThan(0);
  });

  it("keeps the file's own style", () => {
    expect(format.put(OTHERS.comments, ENTRY)).toBe(
      '// my servers\n{\n  // all of them\n  "mcpServers": {\n    "a": {}, // the first\n    /* b */ "b": {}, // the last\n    "c1": {\n      "command": "node",\n      "args": [\n        "/x/main.js"\n      ]\n    }\n    // no more\n  }\n  // end\n}\n// bye\n',
    );
    expect(format.put(OTHERS["trailing commas"], ENTRY)).toContain("    },\n  },\n}\n");
    expect(format.put(OTHERS["one line"], ENTRY)).toBe(
      '{"mcpServers":{"a":{"command":"a"},"c1": {"command":"node","args":["/x/main.js"]}},"z":1}',
    );
    expect(format.put(OTHERS.tabs, ENTRY)).toContain('\n\t\t"c1": {\n\t\t\t"command"');
    expect(format.put(OTHERS.CRLF, ENTRY).replaceAll("\r\n", "")).not.toContain("\n");
  });

  it.each([
    "{}",
    "{ }",
    "{\n}",
    '{"mcpServers":{}}',
    '{\n  "mcpServers": {\n    // none yet\n  }\n}',
  ])("%j gets the entry and loses it again", (text) => {
    const changed = format.put(text, ENTRY);
    expect(readLenient(changed)).toEqual({ mcpServers: { c1: ENTRY.server } });
    const rest = format.remove(changed);
    expect(readLenient(rest)).toEqual(text.includes("//") ? { mcpServers: {} } : {});
    expect(rest.includes("//")).toBe(text.includes("//"));
  });

  it.each(["", "\n", "  \r\n"])("%j is a blank file", (text) => {
    expect(format.put(text, ENTRY)).toBe(
      `${JSON.stringify({ mcpServers: { c1: ENTRY.server } }, null, 2)}\n`,
    );
    expect(format.isBlank(text)).toBe(true);
  });

  it("replaces an entry and nothing around it", () => {
    const text = '{\n  "mcpServers": {\n    "c1": 1, // mine\n    "b": {}\n  }\n}';
    expect(format.put(text, { server: { a: 1 }, inputs: [] })).toBe(
      '{\n  "mcpServers": {\n    "c1": {\n      "a": 1\n    }, // mine\n    "b": {}\n  }\n}',
    );
  });

  const within = (entry: string) => `{\n  "mcpServers": {\n    "c1": ${entry}\n  }\n}\n`;

  it.each<readonly [string, string, object, string]>([
    [
      "in its members, of which one goes, one changes and one comes",
      '{\n      // ours\n      "args": ["x"], // twice\n      "env": {\n        "A": "1", // stays\n        "B": "2",\n        "C": "3"\n      },\n    }',
      { args: ["x"], env: { A: "1", C: "4", D: "5" } },
      '{\n      // ours\n      "args": ["x"], // twice\n      "env": {\n        "A": "1", // stays\n        "C": "4",\n        "D": "5"\n      },\n    }',
    ],
    [
      "on one line",
      '{"a":1,/* b */"b":{"c":2,"e":4}}',
      { a: 1, b: { e: 4, d: 3 } },
      '{"a":1,/* b */"b":{"e":4,"d": 3}}',
    ],
    ["but not in a name that is there twice", '{"a":1, /* a */ "a":2}', { b: 3 }, '{\n      "b": 3\n    }'],
    ["but not in a list", '{"a": [1, /* a */ 2]}', { a: [1] }, '{"a": [\n      1\n    ]}'],
  ])("keeps the comments in an entry that it replaces, %s", (_where, entry, server, expected) => {
    const changed = format.put(within(entry), { server: server as Entry["server"], inputs: [] });
    expect(changed).toBe(within(expected));
    expect(format.readServer(changed)).toEqual(server);
  });

  it("replaces any entry by any other one", () => {
    const name = fc.constantFrom("a", "b", "env", "toString", "__proto__", "");
    const entry = fc.dictionary(name, fc.oneof(fc.jsonValue(), fc.dictionary(name, fc.string())));
    fc.assert(
      fc.property(entry, entry, fc.constantFrom(undefined, 2, "\t"), (before, after, space) => {
        const text = JSON.stringify({ mcpServers: { c1: before, z: 1 }, y: 2 }, null, space);
        const server = JSON.parse(JSON.stringify(after)) as Entry["server"];
        const changed = format.put(text, { server, inputs: [] });
        expect(JSON.parse(changed)).toEqual({ mcpServers: { c1: server, z: 1 }, y: 2 });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{"a":}', "line 1, column 6"],
    ['{\n  "a": 1\n  "b": 2\n}', "line 3, column 3"],
    ["{'a': 1}", "line 1, column 2"],
    ['{"a": 1', "its end is missing after line 1, column 7"],
    ["not json", "line 1, column"],
    ["// only a comment", "line 1, column"],
    ["[]", "object at the top"],
    ["42", "object at the top"],
    ['{"mcpServers": []}', '"mcpServers" is not an object'],
    ['{"mcpServers": null}', '"mcpServers" is not an object'],
    ['{"mcpServers": "x"}', '"mcpServers" is not an object'],
  ])("%j is refused: %s", (text, reason) => {
    expect(() => format.put(text, ENTRY)).toThrow(Refusal);
    expect(() => format.put(text, ENTRY)).toThrow(reason);
  });

  it("a duplicate entry is not half removed", () => {
    expect(() => format.remove('{"mcpServers":{"c1":1,"c1":2}}')).toThrow("twice");
  });

  it("VS Code's inputs are added and removed with it, and those of others stay", () => {
    const inputs = [{ id: "c1-client-id" }, { id: "c1-client-secret" }];
    const vscode = createJsonFormat("servers", inputs);
    const entry = { ...ENTRY, inputs };
    for (const text of [
      '{\n  "servers": {\n    "a": {}\n  }\n}\n',
      '{\n  "inputs": [\n    { "id": "mine" }, // asked once\n  ],\n  "servers": { "a": {} }\n}\n',
      '{"inputs":[{"id":"mine"}],"servers":{"a":{}}}',
    ]) {
      const changed = vscode.put(text, entry);
      expect((readLenient(changed) as { inputs: { id: string }[] }).inputs.map(({ id }) => id)).toEqual([
        ...(text.includes("mine") ? ["mine"] : []),
        "c1-client-id",
        "c1-client-secret",
      ]);
      expect(vscode.put(changed, entry)).toBe(changed);
      expect(vscode.remove(changed)).toBe(text);
    }
    const empty = '{"inputs":[],"servers":{"a":{}}}';
    expect(vscode.remove(vscode.put(empty, ENTRY))).toBe(empty);
    expect(() => vscode.put('{"inputs":{}}', entry)).toThrow('"inputs" is not a list');
  });

  it("loses and changes nothing in any document", () => {
    const servers = fc.dictionary(
      fc.string().filter((key) => key !== "c1" && key !== "__proto__"),
      fc.jsonValue(),
    );
    const document = fc.record({ mcpServers: servers, other: fc.jsonValue() }, { requiredKeys: [] });
    const indent = fc.constantFrom(undefined, 2, 4, "\t");
    fc.assert(
      fc.property(document, indent, (value, space) => {
        const text = JSON.stringify(value, null, space);
        const changed = format.put(text, ENTRY);
        expect(JSON.parse(changed)).toEqual({
          ...JSON.parse(text),
          mcpServers: { ...JSON.parse(text).mcpServers, c1: ENTRY.server },
        });
        const rest = format.remove(changed);
        if (Object.keys(value.mcpServers ?? {}).length > 0 || !("mcpServers" in value && space !== undefined))
          expect(JSON.parse(rest)).toEqual(JSON.parse(dropEmptyServers(text)));
      }),
      { numRuns: 300 },
    );
  });
});

function dropEmptyServers(text: string): string {
  const value = JSON.parse(text) as { mcpServers?: object };
  if (value.mcpServers && Object.keys(value.mcpServers).length === 0) delete value.mcpServers;
  return JSON.stringify(value);
}

describe("what is wrong with a file", () => {
  const faultOf = (text: string) => {
    try {
      parseTree(text);
      return undefined;
    } catch (error) {
      return (error as Refusal).message.replace("it is not valid JSON: ", "");
    }
  };

  it.each([
    '{ "mcpServers": { ',
    '{ "mcpServers": ',
    '{\n  "mcpServers": {}',
    '{\n  "mcpServers": {},\n',
    '{ "mcpServers"',
    '{ "mcpServers": [',
    '{ "mcpServers": "c1',
    "{",
  ])("%j: its end is missing", (text) => {
    const lines = text.trimEnd().split("\n");
    expect(faultOf(text)).toBe(
      `its end is missing after line ${lines.length}, column ${lines.at(-1)?.length}`,
    );
  });

  it.each([
    ['{ "mcpServers": {,} }', "line 1, column 18 (unexpected token comma)"],
    ['{ "mcpServers": {} }}', "line 1, column 21 (unexpected token rbrace)"],
    ['{ "a": 1 "b": 2 }', "line 1, column 10 (unexpected token string)"],
    ["nothing of the kind", "line 1, column 1 (unexpected identifier 'nothing')"],
  ])("%j: %s", (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });
});
