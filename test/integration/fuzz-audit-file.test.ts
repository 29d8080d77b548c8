import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { verifyFiles } from "../../src/audit/verify.ts";
import { FAILURE_CODES } from "../../src/errors.ts";
import { CHANGED, readClaim } from "../faults/said.ts";
import { anyValidCall, SECRETS, type ValidCall } from "../faults/valid-arguments.ts";
import { openRig } from "../faults/writes.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { killSpawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "c1-audit-"));
  file = join(folder, "audit.jsonl");
});
afterEach(async () => {
  await killSpawned();
  rmSync(folder, { recursive: true });
});

/** Every record of a write. Throws at an incomplete line. */
function records(): Record<string, unknown>[] {
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.pop()).toBe("");
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ record }) => record !== "start");
}

/** The fields that a record may have. */
const KEYS = [
  "chain",
  "seq",
  "prev",
  "hash",
  "time",
  "record",
  "write",
  "tool",
  "tenant",
  "principal",
  "caller",
  "client",
  "targets",
  "made",
  "outcome",
  "changed",
  "dryRun",
  "status",
  "requestId",
  "durationMs",
  "cut",
];

/** Every text in a config that is too long to match one of our words by chance. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length > 6 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const FAULTS = [
  { kind: "status", status: 500 },
  { kind: "status", status: 403 },
  { kind: "reset" },
  { kind: "expireToken" },
] as const;

it("300 writes, forty at a time, with all outcomes: complete records without a config value", async () => {
  const env = Object.fromEntries(
    Object.entries(SECRETS).map(([name, value]) => [`C1_MCP_SECRET_${name}`, value]),
  );
  const rig = await openRig({
    auditFile: file,
    timeoutMs: 4_000,
    clock: createLeapingClock(),
    secrets: { env, inline: true },
  });
  const calls: ValidCall[] = fc.sample(anyValidCall, 300).map(({ tool, args }, index) => {
    if (index % 5 === 0) return { tool, args: { ...args, dryRun: true } };
    if (index % 5 === 1) return { tool, args: { ...args, noSuchArgument: `refused-${index}` } };
    return { tool, args };
  });
  const told: string[] = [];
  const work = async (lane: number) => {
    for (let index = lane; index < calls.length; index += 40) {
      const { tool, args } = calls[index] as ValidCall;
      const fault = FAULTS[index % 16];
      if (fault) rig.sandbox.faults.add({ match: { method: "POST", operation: /create|add/ }, do: fault });
      const outcome = await rig.call(tool, args, { client: `lane/${index}` });
      const changed = outcome.value.dryRun === true ? "no" : CHANGED[readClaim(outcome)];
      told.push(`${index} ${tool} ${changed} ${args.dryRun === true}`);
    }
  };
  await Promise.all(Array.from({ length: 40 }, (_, lane) => work(lane)));
  await rig.close();

  const all = records();
  const kept = all.filter(({ record }) => record === "outcome");
  expect(kept).toHaveLength(300);
  const intents = all.filter(({ record }) => record === "intent");
  expect(intents.length).toBe(all.length - kept.length);
  expect(intents.length).toBeGreaterThan(50);
  for (const intent of intents) {
    const pair = all.filter(({ write }) => write === intent.write);
    expect(pair.map(({ record }) => record)).toEqual(["intent", "outcome"]);
    for (const key of ["chain", "tool", "tenant", "principal", "client", "targets"])
      expect(pair[1]?.[key]).toEqual(intent[key]);
  }
  const heard = kept.map(
    ({ client, tool, changed, dryRun }) => `${String(client).slice(5)} ${tool} ${changed} ${dryRun}`,
  );
  expect(heard.sort()).toEqual(told.sort());
  for (const record of all) expect(KEYS).toEqual(expect.arrayContaining(Object.keys(record)));
  const outcomes = new Set(kept.map(({ outcome }) => outcome));
  expect(outcomes.size).toBeGreaterThan(3);
  expect(["ok", ...FAILURE_CODES]).toEqual(expect.arrayContaining([...outcomes]));
  const text = readFileSync(file, "utf8");
  // fast-check prefers some words, such as "arguments" and "toString", which may be there for other reasons.
  const open = JSON.stringify([KEYS, FAILURE_CODES, calls.map(({ args }) => ({ ...args, config: null }))]);
  for (const { args } of calls) {
    for (const value of textsIn(args.config)) if (!open.includes(value)) expect(text).not.toContain(value);
    if (typeof args.noSuchArgument === "string") expect(text).not.toContain(args.noSuchArgument);
  }
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
}, 60_000);

it("two servers that share a file do not damage each other's lines", async () => {
  const servers = [1, 2].map(() => spawnServer(["stdio", "--sandbox"], { C1_MCP_AUDIT_FILE: file }));
  await Promise.all(servers.map((server) => server.initialize()));
  for (const [index, server] of servers.entries()) {
    for (let count = 0; count < 100; count += 1) {
      const args = { displayName: `${"n".repeat(count * 10)} ${index}-${count}` };
      server.send({
        jsonrpc: "2.0",
        id: count,
        method: "tools/call",
        params: { name: "create_app", arguments: args },
      });
    }
  }
  await until("all replies", () => servers.every(({ stdout }) => stdout.length >= 101));
  for (const server of servers) server.endInput();
  await Promise.all(servers.map(({ exit }) => exit));
  const all = records();
  const kept = all.filter(({ record }) => record === "outcome");
  expect([all.length, kept.length]).toEqual([400, 200]);
  expect(kept.filter(({ outcome, changed }) => outcome === "ok" && changed === "yes")).toHaveLength(200);
  const verified = await verifyFiles([file], [], new AbortController().signal);
  expect(verified).toMatchObject({ verdict: "intact", chains: 2, findings: [], openIntents: [] });
}, 60_000);

it("without a writable file, nothing is written to the tenant either", async () => {
  const rig = await openRig({ auditFile: join(folder, "no-such-folder", "audit.jsonl") });
  const { text } = await rig.call("create_app", { displayName: "Acme CRM" });
  expect(text).toMatch(
    /^\[not_configured\] The file that C1_MCP_AUDIT_FILE names cannot be written \(ENOENT\), .* Nothing was changed\./,
  );
  expect(rig.writes()).toEqual([]);
  await rig.close();
});
