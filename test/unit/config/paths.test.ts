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
      /in a folder that does not exist: \S+none$/,
    ],
    ["a folder", () => root, "unwritable_file", /names a folder: name a file in it$/],
    [
      "below a file",
      () => {
        writeFileSync(join(root, "file"), "");
        return join(root, "file", "audit.jsonl");
      },
      "missing_folder",
      /in a folder that does not exist: \S+file$/,
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

  it.each([
    "c1-audit.jsonl",
    "logs/c1-audit.jsonl",
    "./~",
    "~jane/audit.jsonl",
  ])("%s is refused, because it depends on where a client starts the server", (path) => {
    expect(load1(path).problems).toEqual([
      {
        code: "invalid_value",
        setting: "C1_MCP_AUDIT_FILE",
        message: "is not a full path, so what it names depends on where the server is started",
        fix: "Set C1_MCP_AUDIT_FILE to a full path; a leading ~ stands for the home folder.",
      },
    ]);
  });

  it("what may be a secret is not shown as a folder", () => {
    for (const path of ["/c2VjcmV0/a2V5/audit", "secret-token:a/b"])
      expect(JSON.stringify(load1(path).problems)).not.toMatch(/c2VjcmV0|secret-token/);
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

it("the folder of secrets is a full path, too", () => {
  expect(load({ C1_MCP_SECRETS_DIR: "src" }).problems).toMatchObject([
    { setting: "C1_MCP_SECRETS_DIR", message: expect.stringMatching(/^is not a full path/) },
  ]);
  expect(load({ C1_MCP_SECRETS_DIR: root })).toMatchObject({ problems: [] });
});
