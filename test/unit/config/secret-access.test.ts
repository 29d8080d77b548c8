import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, type Stats, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../../src/config/load.ts";
import { findOpenMode } from "../../../src/config/secret-access.ts";
import { createRedactor } from "../../../src/log/redact.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secret-access-"));
  path = join(folder, "secret");
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(env: Record<string, string>) {
  const { problems, warnings } = loadConfiguration(env, {}, { sandbox: true, redactor: createRedactor() });
  const lines = (list: typeof problems) => list.map(({ setting, message }) => `${setting} ${message}`);
  return { problems: lines(problems), warnings: lines(warnings) };
}

/** Writes a file with a mode, whatever the umask. */
function put(mode: number, file = path): void {
  writeFileSync(file, "a-secret-of-the-file");
  chmodSync(file, mode);
}

describe.skipIf(process.platform === "win32")("a file that we own", () => {
  it.each(["0644", "0640", "0660", "0604", "0602"])("with mode %s is open to others", (mode) => {
    put(Number.parseInt(mode, 8));
    expect(load({ C1_MCP_HTTP_TOKEN_FILE: path })).toEqual({
      problems: [],
      warnings: [
        `C1_MCP_HTTP_TOKEN_FILE names a file that is open to others besides its owner (mode ${mode})`,
      ],
    });
  });

  it.each(["0600", "0400"])("with mode %s is not open to others", (mode) => {
    put(Number.parseInt(mode, 8));
    expect(load({ C1_MCP_HTTP_TOKEN_FILE: path })).toEqual({ problems: [], warnings: [] });
  });

  it("is not checked on systems without file modes", () => {
    const { getuid } = process;
    Object.assign(process, { getuid: undefined });
    expect(findOpenMode({ mode: 0o100666, uid: 0 } as Stats)).toBeUndefined();
    Object.assign(process, { getuid });
  });
});

/** Like a Kubernetes mount, which belongs to root and is read through its group. */
it.skipIf(process.platform === "win32").each([
  ["0440", false],
  ["0640", false],
  ["0444", true],
  ["0644", true],
])("a file of another owner with mode %s is open to others: %s", (mode, isOpen) => {
  const stats = { mode: 0o100000 | Number.parseInt(mode, 8), uid: 4_000_000 } as Stats;
  expect(findOpenMode(stats)).toBe(isOpen ? mode : undefined);
});

describe.skipIf(process.platform === "win32")("a path that is not a regular file", () => {
  it("is a problem from the start", () => {
    execFileSync("mkfifo", [path]);
    expect(load({ C1_MCP_HTTP_TOKEN_FILE: path })).toEqual({
      problems: ["C1_MCP_HTTP_TOKEN_FILE names a pipe, not a regular file"],
      warnings: [],
    });
    expect(load({ C1_MCP_HTTP_TOKEN_FILE: folder }).problems).toEqual([
      "C1_MCP_HTTP_TOKEN_FILE names a folder, not a regular file",
    ]);
  });
});

describe.skipIf(process.platform === "win32")("the secrets folder", () => {
  it("names the open files in a warning", () => {
    for (const [name, mode] of [
      ["OPEN", 0o644],
      ["CLOSED", 0o600],
      ["ALSO_OPEN", 0o604],
      ["no-secret", 0o644],
    ] as const)
      put(mode, join(folder, name));
    mkdirSync(join(folder, "FOLDER"));
    symlinkSync("LOOP", join(folder, "LOOP"));
    symlinkSync("nowhere", join(folder, "DANGLING"));
    expect(load({ C1_MCP_SECRETS_DIR: folder })).toEqual({
      problems: [],
      warnings: [
        "C1_MCP_SECRETS_DIR holds files that are open to others besides their owner: ALSO_OPEN, OPEN",
      ],
    });
  });

  it.each(["LOOP", "FILE/in", "none"])("that is no folder is a problem, and no crash: %s", (name) => {
    symlinkSync("LOOP", join(folder, "LOOP"));
    put(0o600, join(folder, "FILE"));
    expect(load({ C1_MCP_SECRETS_DIR: join(folder, name) }).problems).toEqual([
      `C1_MCP_SECRETS_DIR names a folder that does not exist: ${join(folder, name)}`,
    ]);
  });

  it("names five files, and counts the rest", () => {
    for (let index = 1; index <= 7; index += 1) put(0o644, join(folder, `N${index}`));
    expect(load({ C1_MCP_SECRETS_DIR: folder }).warnings).toEqual([
      "C1_MCP_SECRETS_DIR holds files that are open to others besides their owner: N1, N2, N3, N4, N5 and 2 more",
    ]);
  });

  it("without open files causes no warning", () => {
    put(0o600, join(folder, "CLOSED"));
    expect(load({ C1_MCP_SECRETS_DIR: folder }).warnings).toEqual([]);
    expect(load({}).warnings).toEqual([]);
  });
});
