import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

/** A tenant, and an audit file of the servers that write in it. */
interface Scene {
  readonly sandbox: Sandbox;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a server was killed between a write and its outcome. */
  killed: boolean;
  start(): Promise<Spawned>;
  reached(operation: string): Promise<void>;
  /** Calls create_app and waits until the tenant has received a request of that kind. */
  callUntil(operation: string, rule: FaultRule): Promise<Spawned>;
  /** The records of writes, without the one that a process begins with. */
  records(): Record<string, unknown>[];
  /** The single record of the outcome. It and the intent before it must be equal on stderr and in the file. */
  auditOf(server: Spawned): Record<string, unknown>;
  /** The same for a server that keeps running, whose stderr may arrive after the file was written. */
  audited(server: Spawned): Promise<void>;
  made(): Sandbox["state"]["apps"];
  writes(): Sandbox["requests"];
}

async function openScene(file: string): Promise<Scene> {
  const sandbox = await startSandbox();
  const environment = {
    CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
    CONDUCTORONE_CLIENT_ID: sandbox.clientId,
    CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
    C1_MCP_AUDIT_FILE: file,
  };
  const scene: Scene = {
    sandbox,
    environment,
    killed: false,
    async start() {
      const server = spawnServer(["stdio"], environment);
      await server.initialize();
      return server;
    },
    reached: (operation) =>
      until(operation, () => sandbox.requests.some((request) => request.operation === operation)),
    async callUntil(operation, rule) {
      sandbox.faults.add({ ...rule, match: { operation } });
      const server = await scene.start();
      const params = { name: "create_app", arguments: APP };
      server.send({ jsonrpc: "2.0", id: "write", method: "tools/call", params });
      await scene.reached(operation);
      return server;
    },
    records() {
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, "utf8").split("\n");
      expect(lines.pop()).toBe("");
      return lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ record }) => record !== "start");
    },
    auditOf(server) {
      const kept = scene.records();
      const told = logged(server).filter(({ audit, record }) => audit === true && record !== "start");
      const sent = scene.writes().length > 0;
      expect(kept.map(({ record }) => record)).toEqual(sent ? ["intent", "outcome"] : ["outcome"]);
      expect(told).toHaveLength(kept.length);
      for (const key of ["record", "write", "tool", "outcome", "changed", "targets"])
        expect(told.map((line) => line[key])).toEqual(kept.map((line) => line[key]));
      expect(new Set(kept.map(({ write }) => write)).size).toBe(1);
      return kept.at(-1) ?? {};
    },
    audited: (server) =>
      until("the audit record", () =>
        [scene.records(), logged(server)].every((lines) => lines.some(({ record }) => record === "outcome")),
      ),
    made: () => sandbox.state.apps.filter(({ displayName }) => displayName === APP.displayName),
    writes: () => sandbox.requests.filter((request) => request.writes),
  };
  return scene;
}

/** The tests run side by side, because they mostly wait. */
const it = test.extend<{ scene: Scene }>({
  scene: async ({ task }, use) => {
    const file = join(folder, `${task.id}.jsonl`);
    const scene = await openScene(file);
    await use(scene);
    if (existsSync(file)) {
      const { verdict, openIntents } = await verifyFiles([file], [], new AbortController().signal);
      expect({ verdict, open: openIntents.length }).toEqual({
        verdict: "intact",
        open: scene.killed ? 1 : 0,
      });
    }
    await scene.sandbox.close();
  },
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "c1-death-"));
});
afterAll(async () => {
  await killSpawned();
  rmSync(folder, { recursive: true });
});

function logged({ stderr }: Spawned): Record<string, unknown>[] {
  return stderr.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function repliesTo(server: Spawned, id: string) {
  return parseMessages(server.stdout).filter((message) => message.id === id);
}

const ENDS: readonly [string, (server: Spawned) => void][] = [
  ["SIGTERM", (server) => server.kill("SIGTERM")],
  ["SIGINT", (server) => server.kill("SIGINT")],
  ["the client's closing the pipe", (server) => server.endInput()],
];

describe.concurrent.each(ENDS)("%s in the middle of a write", (_name, end) => {
  it("that ends in time: it is answered and audited", async ({ scene }) => {
    const server = await scene.callUntil("apps.create", { do: { kind: "latency", ms: 500 } });
    end(server);
    expect(await server.exit).toBe(0);
    expect(scene.auditOf(server)).toMatchObject({
      tool: "create_app",
      outcome: "ok",
      changed: "yes",
      dryRun: false,
    });
    expect(repliesTo(server, "write")).toMatchObject([
      { result: { structuredContent: { appId: scene.made()[0]?.id } } },
    ]);
  });

  it("that is done but gets no response: it is looked up and audited within the window", async ({
    scene,
  }) => {
    const server = await scene.callUntil("apps.create", { do: { kind: "silence" }, when: "after" });
    const ended = performance.now();
    end(server);
    expect(await server.exit).toBe(0);
    expect(performance.now() - ended).toBeLessThan(WINDOW_MS);
    expect(scene.auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes" });
    expect(scene.made()).toHaveLength(1);
  });

  it("that never shows: its outcome is audited as unknown within the window", async ({ scene }) => {
    const server = await scene.callUntil("apps.create", { do: { kind: "silence" } });
    const ended = performance.now();
    end(server);
    expect(await server.exit).toBe(0);
    expect(performance.now() - ended).toBeLessThan(WINDOW_MS);
    expect(scene.auditOf(server)).toMatchObject({ outcome: "outcome_unknown", changed: "maybe" });
    expect(scene.made()).toEqual([]);
  });
});

describe.concurrent("a server over HTTP", () => {
  const TOKEN = "a-bearer-of-enough-length";

  /** Calls create_app and waits until the tenant has received the write. */
  async function post(scene: Scene, rule: FaultRule, signal?: AbortSignal) {
    scene.sandbox.faults.add({ ...rule, match: { operation: "apps.create" } });
    const server = spawnServer(["http", "--port", "0"], { ...scene.environment, C1_MCP_HTTP_TOKEN: TOKEN });
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
    await scene.reached("apps.create");
    return { server, reply };
  }

  it("answers and audits a write that SIGTERM interrupts", async ({ scene }) => {
    const { server, reply } = await post(scene, { do: { kind: "latency", ms: 500 } });
    server.kill("SIGTERM");
    expect(await (await reply).json()).toMatchObject({
      result: { structuredContent: { appId: scene.made()[0]?.id } },
    });
    expect(await server.exit).toBe(0);
    expect(scene.auditOf(server)).toMatchObject({
      outcome: "ok",
      changed: "yes",
      principal: expect.any(String),
    });
  });

  it("audits the outcome of a write whose client disconnects", async ({ scene }) => {
    const gone = new AbortController();
    const { server } = await post(scene, { do: { kind: "latency", ms: 500 }, when: "after" }, gone.signal);
    gone.abort();
    await scene.audited(server);
    expect(scene.auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes" });
    expect(scene.made()).toHaveLength(1);
  });
});

describe.concurrent("SIGKILL in the middle of a write", () => {
  it("leaves its intent; a new server finds what was created and creates no second one", async ({
    scene,
  }) => {
    const first = await scene.callUntil("apps.create", { do: { kind: "silence" }, when: "after" });
    first.kill("SIGKILL");
    scene.killed = true;
    expect(await first.exit).toBe("SIGKILL");
    const intent = {
      record: "intent",
      tool: "create_app",
      targets: expect.objectContaining({ displayName: APP.displayName }),
    };
    expect(scene.records()).toMatchObject([intent]);
    expect(logged(first)).toContainEqual(expect.objectContaining({ ...intent, msg: "sending a write" }));
    const [app] = scene.made();
    const second = await scene.start();
    const again = await second.call("create_app", {
      ...APP,
      displayName: ` ${APP.displayName.toUpperCase()}`,
    });
    expect(again.text).toMatch(new RegExp(`^\\[already_exists\\] .*${app?.id}.*Nothing was changed\\.`));
    const reused = await second.call("create_app", { ...APP, ifExists: "reuse" });
    expect(reused.value).toMatchObject({ appId: app?.id, existing: true, notApplied: ["owners"] });
    expect(scene.made()).toHaveLength(1);
    expect(scene.writes()).toHaveLength(1);
    expect(scene.records()).toMatchObject([
      intent,
      { record: "outcome", outcome: "already_exists" },
      { record: "outcome", outcome: "ok", changed: "no" },
    ]);
    expect(new Set(scene.records().map(({ write }) => write)).size).toBe(3);
  });
});

describe.concurrent("a client that disconnects", () => {
  it.for(["token", "users.get", "apps.search"])("during %s: nothing is sent", async (operation, {
    scene,
  }) => {
    const server = await scene.callUntil(operation, {
      do: { kind: "silence" },
      times: Number.POSITIVE_INFINITY,
    });
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(scene.auditOf(server)).toMatchObject({ tool: "create_app", changed: "no" });
    expect(scene.writes()).toEqual([]);
  });

  it("by closing our output in the middle of the write: it is audited", async ({ scene }) => {
    const server = await scene.callUntil("apps.create", { do: { kind: "latency", ms: 400 }, when: "after" });
    server.closeOutput();
    server.endInput();
    await server.exit;
    expect(scene.auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes" });
    expect(scene.made()).toHaveLength(1);
  });
});

describe.concurrent("a call that its client cancels", () => {
  const cancel = (server: Spawned) =>
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "write" } });

  it("before the write: nothing is sent, and the server continues", async ({ scene }) => {
    const server = await scene.callUntil("apps.search", { do: { kind: "silence" } });
    cancel(server);
    await scene.audited(server);
    expect(scene.auditOf(server)).toMatchObject({ outcome: "cancelled", changed: "no" });
    expect(scene.writes()).toEqual([]);
    expect((await server.call("whoami", {})).isError).toBe(false);
    expect(repliesTo(server, "write")).toEqual([]);
  });

  it("after the write was sent: its outcome is looked up and audited, and the server continues", async ({
    scene,
  }) => {
    const server = await scene.callUntil("apps.create", { do: { kind: "latency", ms: 700 } });
    cancel(server);
    await scene.audited(server);
    expect(scene.auditOf(server)).toMatchObject({ outcome: "ok", changed: "yes" });
    expect(scene.made()).toHaveLength(1);
    expect((await server.call("create_app", APP)).text).toMatch(/^\[already_exists\] /);
    expect(scene.made()).toHaveLength(1);
    expect(repliesTo(server, "write")).toEqual([]);
  });
});
