import { describe, expect, it } from "vitest";
import { showDiff } from "../../../src/init/diff.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

describe("showDiff", () => {
  it("shows each change with three lines of context", () => {
    const before = numbered(30);
    const after = [...before.slice(0, 9), "new", ...before.slice(9, 24), ...before.slice(25)];
    expect(showDiff("f", before.join("\n"), after.join("\n")).split("\n")).toEqual([
      "--- f",
      "+++ f",
      "@@ -7,6 +7,7 @@",
      " line 7",
      " line 8",
      " line 9",
      "+new",
      " line 10",
      " line 11",
      " line 12",
      "@@ -22,7 +23,6 @@",
      " line 22",
      " line 23",
      " line 24",
      "-line 25",
      " line 26",
      " line 27",
      " line 28",
    ]);
  });

  it("colours what is added and taken away, where colours can be displayed", () => {
    const paint = (code: number, text: string) => `<${code} ${text}>`;
    expect(showDiff("f", "a\nb\n", "a\nc\n", paint).split("\n")).toEqual([
      "<31 --- f>",
      "<32 +++ f>",
      "<36 @@ -1,2 +1,2 @@>",
      " a",
      "<31 -b>",
      "<32 +c>",
    ]);
  });

  it("shows a new file and a deleted one", () => {
    expect(showDiff("f", undefined, "a\n")).toBe("--- /dev/null\n+++ f\n@@ -0,0 +1,1 @@\n+a");
    expect(showDiff("f", "a\r\n", undefined)).toBe("--- f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a");
  });

  it("is fast for two files that have nothing in common", () => {
    const lines = showDiff("f", numbered(4_000).join("\n"), numbered(4_000).reverse().join("\n"));
    expect(lines).not.toMatch(/^ line/m);
  });

  it("masks plain-text secrets of other servers, but not our placeholders", () => {
    const before = [
      '  "API_KEY": "canary-1",',
      "  \"githubToken\": 'canary-2',",
      'password = "canary-3"',
      '"x": "secret-token:conductorone.com:v1:canary-4"',
    ].join("\n");
    const after = `${before}\n"CONDUCTORONE_CLIENT_SECRET": "\${env:CONDUCTORONE_CLIENT_SECRET}"\n"CONDUCTORONE_CLIENT_SECRET_FILE": "/a"`;
    const shown = showDiff("f", before, after);
    expect(shown).not.toContain("canary");
    expect(shown).toContain(`\${env:CONDUCTORONE_CLIENT_SECRET}`);
    expect(shown).toContain('"/a"');
  });

  it.each([
    ["a quoted mark within it", '"C1_MCP_SECRET_GCP": "{\\"private_key\\": \\"canary\\"}", "x": "seen"'],
    ["the default of a placeholder", `"API_KEY": "\${API_KEY:-canary}", "x": "seen"`],
    ["what follows a placeholder", `"API_KEY": "\${PART}canary", "x": "seen"`],
    ["its flag before it", '"args": ["--api-key", "canary", "--x", "seen"]'],
    ["its flag on the line before it", '[\n  "--api-key",\n  "can\\"canary",\n  "seen"\n]'],
    ["several lines", 'api_key = """\ncanary\n  canary"\n"""\nx = "seen"'],
    ["several lines that begin and end beside marks", 'api_key = """canary\ncanary"""\nx = "seen"'],
    ["several lines without an end", "x = 'seen'\napi_key = '''\ncanary\n\ncanary"],
    ["the marks of several lines", 'api_key = """canary""" # seen'],
    ["an argument", '"args": ["--api-key=canary", "seen"]'],
    ["an address", '"HTTPS_PROXY": "http://canary:canary@seen:8080"'],
  ])("masks a secret with %s", (_what, text) => {
    const shown = showDiff("f", text, undefined);
    expect(shown).toContain("seen");
    expect(shown + showDiff("f", `a\n${text}\n`, `b\n${text}\n`)).not.toContain("canary");
  });

  it("folds changed lines at a terminal's width under their own mark, and cuts unchanged ones", () => {
    const names = ["CONDUCTORONE_CLIENT_ID", "CONDUCTORONE_CLIENT_SECRET_FILE", "C1_MCP_WRITES"];
    const path = `/${"folder/".repeat(14)}main.js`;
    const before = `{ "x": "${"long ".repeat(30)}" }\n    "a": "b"\n`;
    const after = `{ "x": "${"long ".repeat(30)}" }\n    "args": ["${path}"]\n  env = ${JSON.stringify(names)}\n`;
    const lines = showDiff("f", before, after, undefined, 60).split("\n").slice(3);
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    expect(lines[0]).toMatch(/^ \{ "x": "long .*…$/);
    expect(lines.slice(1).map((line) => line.charAt(0))).toEqual(["-", ...lines.slice(2).map(() => "+")]);
    expect(lines.slice(-2)).toEqual([
      '+  env = ["CONDUCTORONE_CLIENT_ID",',
      '+      "CONDUCTORONE_CLIENT_SECRET_FILE","C1_MCP_WRITES"]',
    ]);
    expect(lines.join("").replace(/[+\s]/g, "")).toContain(`"args":["${path}"]`);
    expect(showDiff("f", before, after).split("\n")).toContain(`+    "args": ["${path}"]`);
  });

  it("shows the beginning of a huge line", () => {
    const shown = showDiff("f", "a\n", `"${"x".repeat(1_000_000)}"\n`, undefined, 80);
    expect(shown.length).toBeLessThan(3_000);
    expect(shown).toMatch(/…$/);
  });

  it.each([undefined, 80])("writes out what could act on the terminal (%s columns)", (columns) => {
    const hostile = "// \u001b[2J\u009b31m\u202e\u2066\tx";
    const shown = showDiff("f", `${hostile}\na\n`, `${hostile}\nb\n`, undefined, columns);
    expect(shown).toContain(" // \\u001b[2J\\u009b31m\\u202e\\u2066\tx\n-a\n+b");
  });
});
