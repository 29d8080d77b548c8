import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/start.ts";
import { examine, variablesOf } from "./bench.ts";

let sandbox: Sandbox;
let folder: string;
beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), "doctor-"));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

describe("a secret in a file", () => {
  it("is reported by the file's name", async () => {
    const { CONDUCTORONE_CLIENT_SECRET: _secret, ...rest } = variablesOf(sandbox);
    const { of, failed } = await examine({ ...rest, CONDUCTORONE_CLIENT_SECRET_FILE: import.meta.filename });
    expect(of("configuration").map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^CONDUCTORONE_CLIENT_SECRET=\*\*\* \(file .*secret-file\.test\.ts\)$/),
    );
    expect(failed).toMatchObject({ check: "credential" });
  });

  it("that is missing is reported once, and never as ok", async () => {
    const { CONDUCTORONE_CLIENT_SECRET: _secret, ...rest } = variablesOf(sandbox);
    const { checks, of } = await examine({ ...rest, CONDUCTORONE_CLIENT_SECRET_FILE: "/nowhere/secret" });
    expect(checks.filter(({ detail }) => detail.includes("CONDUCTORONE_CLIENT_SECRET"))).toEqual([
      expect.objectContaining({ check: "configuration", result: "fail" }),
    ]);
    expect(of("credential")).toEqual([
      { check: "credential", result: "skip", detail: "needs configuration" },
    ]);
    expect(of("connection")).toMatchObject([{ result: "ok" }]);
    expect(of("token")).toMatchObject([{ result: "skip" }]);
  });

  it.skipIf(process.platform === "win32")(
    "that others can read is a warning, and prevents nothing",
    async () => {
      const { CONDUCTORONE_CLIENT_SECRET: secret = "", ...rest } = variablesOf(sandbox);
      const path = join(folder, "secret");
      writeFileSync(path, secret);
      chmodSync(path, 0o644);
      const open = await examine({ ...rest, CONDUCTORONE_CLIENT_SECRET_FILE: path });
      expect(open.of("configuration")[0]).toEqual({
        check: "configuration",
        result: "warn",
        detail:
          "CONDUCTORONE_CLIENT_SECRET_FILE names a file that is open to others besides its owner (mode 0644)",
        fix: "Let nobody but the server's user read it: chmod 600, or less.",
      });
      expect(open.failed).toBeUndefined();
      chmodSync(path, 0o600);
      const closed = await examine({ ...rest, CONDUCTORONE_CLIENT_SECRET_FILE: path });
      expect(closed.of("configuration").filter(({ result }) => result !== "ok")).toEqual([]);
    },
  );

  it.skipIf(process.platform === "win32")("that is a pipe is reported with what to do", async () => {
    const { CONDUCTORONE_CLIENT_SECRET: _secret, ...rest } = variablesOf(sandbox);
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const { failed } = await examine({ ...rest, CONDUCTORONE_CLIENT_SECRET_FILE: path });
    expect(failed).toMatchObject({
      check: "configuration",
      detail: "CONDUCTORONE_CLIENT_SECRET_FILE names a pipe, not a regular file",
      fix: "Put the secret into a regular file of its own and name that in CONDUCTORONE_CLIENT_SECRET_FILE.",
    });
  });
});

it("an audit file that is not a regular file fails with the reason, and is left alone", async () => {
  const path = join(folder, "audit-pipe");
  execFileSync("mkfifo", [path]);
  const { of, failed } = await examine({ ...variablesOf(sandbox), C1_MCP_AUDIT_FILE: path });
  expect(failed).toBe(of("switches").at(-1));
  expect(failed).toMatchObject({
    detail: `the audit file ${path} cannot be written (it is a pipe, not a regular file), so that every write is refused`,
    fix: "Make it a regular file that can be written, or correct C1_MCP_AUDIT_FILE.",
  });
});
