import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyFiles } from "../../src/audit/verify.ts";
import { PEOPLE } from "../../src/sandbox/seed.ts";
import { type FaultRule, type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { killSpawned, listeningAt, parseMessages, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

/*
 * The built server or its client dies while a write is on its way. The tenant is in this process, so that the test sees its
 * contents.
 */

const APP = { displayName: "Acme CRM", owners: [PEOPLE.janeDoe.id] };

/**
 * More than the 1.8 seconds that a server has to end in, for a busy machine, and less than the 27 that a write may take.
 * `test/unit/mcp/stdio-end.test.ts` is exact.
 */
const WINDOW_MS = 20_000;

let sandbox: Sandbox;
let folder: string;
let file: string;
/** Whether a server was killed between a write and its outcome. */
let killed = false;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "c1-death-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async (context) => {
  sandbox = await startSandbox();
  file = join(folder, `${context.task.id}.jsonl`);
});
afterEach(async () => {
  await killSpawned();
  if (existsSync(file)) {
    const { verdict, openIntents } = await verifyFiles([file], [], new AbortController().signal);
    expect({ verdict, open: openIntents.length }).toEqual({ verdict: "intact", open: killed ? 1 : 0 });
  }
  killed = false;
  await sandbox.close();
});

const environment = () => ({
  CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
  CONDUCTORONE_CLIENT_ID: sandbox.clientId,
  CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
  C1_MCP_AUDIT_FILE: file,
});

async function start(): Promise<Spawned> {
  const server = spawnServer(["stdio"], environment());
  await server.initialize();
  return server;
}

const reached = (operation: string) =>
  until(operation, () => sandbox.requests.some((request) => request.operation === operation));

/** Calls create_app and waits until the tenant has received a request of that kind. */
async function callUntil(operation: string, rule: FaultRule, args: object = APP): Promise<Spawned> {
  sandbox.faults.add({ ...rule, match: { operation } });
  const server = await start();
  const params = { name: "create_app", arguments: args };
  server.send({ jsonrpc: "2.0", id: "write", method: "tools/call", params });
  await reached(operation);
  return server;
}

/** The records of writes, without the one that a process begins with. */
function records(): Record<string, unknown>[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.pop()).toBe("");
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ record }) => record !== "start");
}

function logged({ stderr }: Spawned): Record<string, unknown>[] {
  return stderr.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The single record of the outcome. It and the intent before it must be equal on stderr and in the file. */
function auditOf(server: Spawned): Record<string, unknown> {
  const kept = records();
  const told = logged(server).filter(({ audit, record }) => audit === true && record !== "start");
  const sent = writes().length > 0;
  expect(kept.map(({ record }) => record)).toEqual(sent ? ["intent", "outcome"] : ["outcome"]);
  expect(told).toHaveLength(kept.length);
  for (const key of ["record", "write", "tool", "outcome", "changed", "targets"])
    expect(told.map((line) => line[key])).toEqual(kept.map((line) => line[key]));
  expect(new Set(kept.map(({ write }) => write)).size).toBe(1);
  return kept.at(-1) ?? {};
}

/** The same for a server that keeps running, whose stderr may arrive after the file was written. */
const audited = (server: Spawned) =>
  until("the audit record", () =>
    [records(), logged(server)].every((lines) => lines.some(({ record }) => record === "outcome")),
  );

const made = () => sandbox.state.apps.filter(({ displayName }) => displayName === APP.displayName);

const writes = () => sandbox.requests.filter((request) => request.writes);

function repliesTo(server: Spawned, id: string) {
  return parseMessages(server.stdout).filter((message) => message.id === id);
}

const ENDS: readonly [string, (server: Spawned) => void][] = [
  ["SIGTERM", (server) => server.kill("SIGTERM")],
  ["SIGINT", (server) => server.kill("SIGINT")],
  ["the client's closing the pipe", (server) => server.endInput()],
];

describe.each(ENDS)("%s in the middle of a write", (_name, end) => {
  it("that ends in time: it is answered and audited", async () => {
    const server = await callUntil("apps.create", { do: { kind: "latency", ms: 500 } });
    end(server);
    expect(await server.exit).toBe(0);
    expect(auditOf(server)).toMatchObject({
      tool: "create_app",
      outcome: "ok",
      changed: "yes",
      dryRun: false,
    });
    expect(repliesTo(server, "write")).toMatchObject([
      { result: { structuredContent: { appId: made()[0]?.id } } },
    ]);
  });

  it("that is done but gets no response: it is looked up and audited within the window", async () => {
    const server = await callUntil("apps.create", { do: { kind: "silence" }, when: "after" });
    const ended = performance.now();
    end(server);
    expect(await server.exit).toBe(0);
    expect(performance.now() - ended).toBeLessThan(WINDOW_MS);
    expect(auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes" });
    expect(made()).toHaveLength(1);
  });

  it("that never shows: its outcome is audited as unknown within the window", async () => {
    const server = await callUntil("apps.create", { do: { kind: "silence" } });
    const ended = performance.now();
    end(server);
    expect(await server.exit).toBe(0);
    expect(performance.now() - ended).toBeLessThan(WINDOW_MS);
    expect(auditOf(server)).toMatchObject({ outcome: "outcome_unknown", changed: "maybe" });
    expect(made()).toEqual([]);
  });
});

describe("a server over HTTP", () => {
  const TOKEN = "a-bearer-of-enough-length";

  /** Calls create_app and waits until the tenant has received the write. */
  async function post(rule: FaultRule, signal?: AbortSignal) {
    sandbox.faults.add({ ...rule, match: { operation: "apps.create" } });
    const server = spawnServer(["http", "--port", "0"], { ...environment(), C1_MCP_HTTP_TOKEN: TOKEN });
    const reply = fetch(await listeningAt(server), {
      method: "POST",
      headers: {
        authorization: `Bearer ${TOKEN}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "create_app", arguments: APP },
      }),
      ...(signal && { signal }),
    });
    reply.catch(() => undefined);
    await reached("apps.create");
    return { server, reply };
  }

  it("answers and audits a write that SIGTERM interrupts", async () => {
    const { server, reply } = await post({ do: { kind: "latency", ms: 500 } });
    server.kill("SIGTERM");
    expect(await (await reply).json()).toMatchObject({
      result: { structuredContent: { appId: made()[0]?.id } },
    });
    expect(await server.exit).toBe(0);
    expect(auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes", principal: expect.any(String) });
  });

  it("audits the outcome of a write whose client disconnects", async () => {
    const gone = new AbortController();
    const { server } = await post({ do: { kind: "latency", ms: 500 }, when: "after" }, gone.signal);
    gone.abort();
    await audited(server);
    expect(auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes" });
    expect(made()).toHaveLength(1);
  });
});

describe("SIGKILL in the middle of a write", () => {
  it("leaves its intent; a new server finds what was created and creates no second one", async () => {
    const first = await callUntil("apps.create", { do: { kind: "silence" }, when: "after" });
    first.kill("SIGKILL");
    killed = true;
    expect(await first.exit).toBe("SIGKILL");
    const intent = {
      record: "intent",
      tool: "create_app",
      targets: expect.objectContaining({ displayName: APP.displayName }),
    };
    expect(records()).toMatchObject([intent]);
    expect(logged(first)).toContainEqual(expect.objectContaining({ ...intent, msg: "sending a write" }));
    const [app] = made();
    const second = await start();
    const again = await second.call("create_app", {
      ...APP,
      displayName: ` ${APP.displayName.toUpperCase()}`,
    });
    expect(again.text).toMatch(new RegExp(`^\\[already_exists\\] .*${app?.id}.*Nothing was changed\\.`));
    const reused = await second.call("create_app", { ...APP, ifExists: "reuse" });
    expect(reused.value).toMatchObject({ appId: app?.id, existing: true, notApplied: ["owners"] });
    expect(made()).toHaveLength(1);
    expect(writes()).toHaveLength(1);
    expect(records()).toMatchObject([
      intent,
      { record: "outcome", outcome: "already_exists" },
      { record: "outcome", outcome: "ok", changed: "no" },
    ]);
    expect(new Set(records().map(({ write }) => write)).size).toBe(3);
  });
});

describe("a client that disconnects", () => {
  it.each(["token", "users.get", "apps.search"])("during %s: nothing is sent", async (operation) => {
    const server = await callUntil(operation, { do: { kind: "silence" }, times: Number.POSITIVE_INFINITY });
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(auditOf(server)).toMatchObject({ tool: "create_app", changed: "no" });
    expect(writes()).toEqual([]);
  });

  it("by closing our output in the middle of the write: it is audited", async () => {
    const server = await callUntil("apps.create", { do: { kind: "latency", ms: 400 }, when: "after" });
    server.closeOutput();
    server.endInput();
    await server.exit;
    expect(auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes" });
    expect(made()).toHaveLength(1);
  });
});

describe("a call that its client cancels", () => {
  const cancel = (server: Spawned) =>
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "write" } });

  it("before the write: nothing is sent, and the server continues", async () => {
    const server = await callUntil("apps.search", { do: { kind: "silence" } });
    cancel(server);
    await audited(server);
    expect(auditOf(server)).toMatchObject({ outcome: "cancelled", changed: "no" });
    expect(writes()).toEqual([]);
    expect((await server.call("whoami", {})).isError).toBe(false);
    expect(repliesTo(server, "write")).toEqual([]);
  });

  it("after the write was sent: its outcome is looked up and audited, and the server continues", async () => {
    const server = await callUntil("apps.create", { do: { kind: "latency", ms: 700 } });
    cancel(server);
    await audited(server);
    expect(auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes" });
    expect(made()).toHaveLength(1);
    expect((await server.call("create_app", APP)).text).toMatch(/^\[already_exists\] /);
    expect(made()).toHaveLength(1);
    expect(repliesTo(server, "write")).toEqual([]);
  });
});
