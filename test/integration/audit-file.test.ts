import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyFiles } from "../../src/audit/verify.ts";
import { auditsIn, logsIn, startTenant, type Tenant } from "../fixture/tenant.ts";
import { killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";

/*
 * The built server with an audit file that cannot be written, can be written in part, or disappears. The tenant is in this process,
 * so that the test sees what was sent.
 */

let tenant: Tenant;
let folder: string;
let file: string;

beforeEach(async () => {
  tenant = await startTenant();
  folder = mkdtempSync(join(tmpdir(), "c1-audit-file-"));
  file = join(folder, "audit.jsonl");
});
afterEach(async () => {
  await killSpawned();
  await tenant.sandbox.close();
  rmSync(folder, { recursive: true });
});

async function start(path: string, fileSizeLimit?: number): Promise<Spawned> {
  const server = spawnServer(
    ["stdio"],
    // Node's compile cache would not fit, either.
    { ...tenant.env, C1_MCP_AUDIT_FILE: path, NODE_DISABLE_COMPILE_CACHE: "1" },
    fileSizeLimit === undefined ? {} : { fileSizeLimit },
  );
  await server.initialize();
  return server;
}

function linesOf(path = file): string[] {
  const lines = readFileSync(path, "utf8").split("\n");
  expect(lines.pop()).toBe("");
  return lines;
}

const kindsIn = (path: string) =>
  linesOf(path).map((line) => (JSON.parse(line) as { record: string }).record);

describe.skipIf(!existsSync("/dev/full"))("a write is refused, and the server goes on, when the file", () => {
  it.each<[string, string, () => string]>([
    ["is a device that is always full", "it is a device", () => "/dev/full"],
    ["is the null device", "it is a device", () => "/dev/null"],
    ["is the server's own output", "it is a (?:pipe|socket)", () => "/proc/self/fd/1"],
    [
      "is a pipe that nobody reads",
      "it is a pipe",
      () => {
        execFileSync("mkfifo", [file]);
        return file;
      },
    ],
  ])("%s", async (_what, reason, arrange) => {
    const server = await start(arrange());
    const { text } = await server.call("create_app", { displayName: "Acme CRM" });
    expect(text).toMatch(
      new RegExp(
        `^\\[not_configured\\] The file that C1_MCP_AUDIT_FILE names cannot be written \\(${reason}, not a regular file\\), so the write was not sent\\. Nothing was changed\\. Make C1_MCP_AUDIT_FILE name`,
      ),
    );
    expect((await server.request("ping")).result).toEqual({});
    expect(tenant.writes()).toBe(0);
    expect(auditsIn(server.stderr)).toMatchObject([{ outcome: "not_configured", changed: "no" }]);
    expect(logsIn(server.stderr).filter(({ record }) => record === "intent")).toEqual([]);
    expect(server.stdout.every((line) => line.startsWith('{"'))).toBe(true);
  });
});

describe("an audit file that is rotated between two writes", () => {
  it("by renaming or removing: records continue under the original name", async () => {
    const server = await start(file);
    await server.call("create_app", { displayName: "First" });
    renameSync(file, `${file}.1`);
    await server.call("create_app", { displayName: "Second" });
    expect([kindsIn(`${file}.1`), kindsIn(file)]).toEqual([
      ["start", "intent", "outcome"],
      ["intent", "outcome"],
    ]);
    rmSync(file);
    await server.call("create_app", { displayName: "Third" });
    expect(kindsIn(file)).toEqual(["intent", "outcome"]);
    expect(linesOf()[0]).toContain("Third");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

/** Room for the start and the intent of a first write, but not for its outcome, in blocks of 512 bytes. */
async function findFullDisk(): Promise<number> {
  const roomy = join(folder, "roomy.jsonl");
  const server = await start(roomy);
  await server.call("create_app", { displayName: "Acme LMS" });
  const [begin = "", intent = ""] = linesOf(roomy);
  return Math.floor((begin.length + intent.length + 2) / 512) + 1;
}

/** A shell's limit on file sizes stands in for a full disk; in blocks of 512 bytes. */
describe.skipIf(!existsSync("/bin/sh") || process.platform === "win32")("a disk that is full", () => {
  it("after the intent: the outcome goes to stderr, the next write is not sent, and no line is damaged", async () => {
    const blocks = await findFullDisk();
    const before = tenant.writes();
    const server = await start(file, blocks);
    const { value } = await server.call("create_app", { displayName: "Acme CRM" });
    expect(value.appId).toEqual(expect.any(String));
    const [begin = "", intent = "", half = ""] = readFileSync(file, "utf8").split("\n");
    expect(JSON.parse(begin)).toMatchObject({ record: "start" });
    expect(JSON.parse(intent)).toMatchObject({ record: "intent" });
    expect(() => JSON.parse(half)).toThrow();
    expect(auditsIn(server.stderr)).toMatchObject([{ record: "outcome", outcome: "ok", changed: "yes" }]);
    const warned = logsIn(server.stderr).filter(({ msg }) => msg === "the audit file could not be written");
    expect(warned).toMatchObject([{ level: 50, write: JSON.parse(intent).write }]);

    const { text } = await server.call("create_app", { displayName: "Acme ERP" });
    expect(text).toMatch(
      /^\[not_configured\] The file that C1_MCP_AUDIT_FILE names cannot be written \(EFBIG\), .* Nothing was changed\./,
    );
    expect(tenant.writes()).toBe(before + 1);

    const roomy = await start(file);
    await roomy.call("create_app", { displayName: "Acme ERP" });
    const [, , halfStill, ...whole] = linesOf();
    expect(halfStill).toBe(half);
    expect(whole.map((line) => JSON.parse(line))).toMatchObject([
      { record: "start" },
      { record: "intent" },
      { record: "outcome", outcome: "ok" },
    ]);
    const { verdict, files, openIntents } = await verifyFiles([file], [], new AbortController().signal);
    expect([verdict, files[0]?.torn.map(({ line }) => line)]).toEqual(["intact", [3]]);
    expect(openIntents.map(({ line }) => line)).toEqual([2]);
  });
});
