import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../../src/config/load.ts";
import { expandHome } from "../../../src/config/paths.ts";
import { createRedactor } from "../../../src/log/redact.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "c1-paths-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const load = (env: Record<string, string>) =>
  loadConfiguration(env, {}, { sandbox: true, redactor: createRedactor() });

it.each([
  ["~/a.jsonl", join(homedir(), "a.jsonl")],
  ["~", homedir()],
  ["~\\a.jsonl", `${homedir()}\\a.jsonl`],
  ["/x/~/a", "/x/~/a"],
  ["~jane/a", "~jane/a"],
  ["./~", "./~"],
])("%s means %s", (given, meant) => {
  expect(expandHome(given)).toBe(meant);
});

describe("the audit file", () => {
  const load1 = (path: string) => load({ C1_MCP_AUDIT_FILE: path });

  it("is to be made in a folder that exists, or is there", () => {
    const path = join(root, "audit.jsonl");
    expect(load1(path)).toMatchObject({ problems: [], settings: { auditFile: path } });
    writeFileSync(path, "");
    expect(load1(path).problems).toEqual([]);
    expect(load1("~/audit.jsonl")).toMatchObject({
      problems: [],
      settings: { auditFile: join(homedir(), "audit.jsonl") },
    });
  });

  it.each([
    [
      "in no folder",
      () => join(root, "none", "audit.jsonl"),
      "missing_folder",
      /in a folder that does not exist$/,
    ],
    ["a folder", () => root, "unwritable_file", /names a folder: name a file in it$/],
    [
      "below a file",
      () => {
        writeFileSync(join(root, "file"), "");
        return join(root, "file", "audit.jsonl");
      },
      "missing_folder",
      /in a folder that does not exist$/,
    ],
  ])("%s is a problem at the start, and not at the first write", (_what, path, code, message) => {
    expect(load1(path()).problems).toEqual([
      {
        code,
        setting: "C1_MCP_AUDIT_FILE",
        message: expect.stringMatching(message),
        fix: expect.stringContaining("C1_MCP_AUDIT_FILE"),
      },
    ]);
  });

  it.skipIf(process.getuid?.() === 0)("one that may not be written is a problem, too", () => {
    const folder = join(root, "locked");
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    expect(load1(join(folder, "audit.jsonl")).problems).toMatchObject([
      { code: "unwritable_file", message: expect.stringContaining("EACCES") },
    ]);
  });
});
