import { PassThrough } from "node:stream";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { createMcpFetch } from "../../src/mcp/http.ts";
import { serveStdio } from "../../src/mcp/stdio.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import { passed } from "../faults/run-cell.ts";
import { OKTA, openPageRig, TYPED, visit } from "../fixture/page.ts";
import { createTaskClient, TASKS, type Task, type TaskClient } from "../fixture/task-client.ts";
import { connectInMemory } from "../fixture/task-client-in-memory.ts";
import { startTenant } from "../fixture/tenant.ts";
import type { WireMessage } from "../fixture/wire.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

/* A person who takes their time at the page: the call becomes a task, and its outcome is that of the page. */

const KEY = "the-state-key-of-this-test-0123456789";
const LINKS = { ...TASKS, elicitation: { url: {} } };
const UNKNOWN = /^-32602 Unknown task/;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Rig = Awaited<ReturnType<typeof open>>;

/** Time passes during requests, and between them when a test says so. */
async function open(options: Parameters<typeof openPageRig>[0] = {}) {
  // From now, because seals end by the real time.
  const clock = createLeapingClock(Date.now());
  const rig = await openPageRig({ clock, sandbox: { syncMs: 3_600_000 }, ...options });
  closers.push(rig.close);
  return { ...rig, clock, advance: (ms: number) => passed(clock, ms) };
}

function connect(rig: Rig, caller?: string, scopes: readonly string[] = ["c1:read", "c1:write"]): TaskClient {
  const { clock } = rig;
  const mcp = createMcpFetch(rig.registry, {
    stateKey: async () => KEY,
    clock,
    uses: createLocalShared(clock),
  });
  return connectInMemory(mcp, clock, caller === undefined ? undefined : { name: caller, scopes });
}

/** The same over a pair of streams. */
function connectStdio(rig: Rig): TaskClient {
  const [input, output] = [new PassThrough(), new PassThrough().setEncoding("utf8")];
  const replies = new Map<unknown, WireMessage>();
  let rest = "";
  output.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = JSON.parse(line) as WireMessage;
      replies.set(message.id, message);
    }
  });
  const { registry, clock } = rig;
  const stop = new AbortController().signal;
  const logger = pino({ enabled: false });
  const done = serveStdio({ registry, clock, input, output, stop, logger, stateKey: async () => KEY });
  closers.unshift(async () => {
    input.end();
    await done;
  });
  return createTaskClient(async (body) => {
    input.write(`${JSON.stringify(body)}\n`);
    await clock.lapse(clock.until(`the answer to ${body.method}`, () => replies.has(body.id)));
    return replies.get(body.id) as WireMessage;
  });
}

interface Asked {
  readonly url: string;
  readonly code: string;
  /** The next round, in which the person has agreed to open the link. */
  next(capabilities?: object): Promise<WireMessage>;
}

/** Calls a tool, and gets the link that the client is to show. */
async function ask(client: TaskClient, args: object = OKTA, name = "create_connector"): Promise<Asked> {
  const call = { name, arguments: args };
  const { result } = await client.request("tools/call", call, LINKS);
  expect(result, JSON.stringify(result)).toMatchObject({ resultType: "input_required" });
  const requests = (result?.inputRequests ?? {}) as Record<
    string,
    { params: { url: string; message: string } }
  >;
  const { consent } = requests;
  const round = { requestState: result?.requestState, inputResponses: { consent: { action: "accept" } } };
  return {
    url: consent?.params.url ?? "",
    code: /code: (\w{6})$/.exec(consent?.params.message ?? "")?.[1] ?? "",
    next: (capabilities = LINKS) => client.request("tools/call", { ...call, ...round }, capabilities),
  };
}

/** The same until the call has become a task. */
async function start(
  client: TaskClient,
  args?: object,
  name?: string,
): Promise<{ asked: Asked; task: Task }> {
  const asked = await ask(client, args, name);
  const { result } = await asked.next();
  expect(result, JSON.stringify(result)).toMatchObject({ resultType: "task", status: "working" });
  return { asked, task: result as unknown as Task };
}

async function settle(rig: Rig, client: TaskClient, { taskId }: Task): Promise<Task> {
  let task: Task | undefined;
  for (let polls = 0; polls < 1_000; polls += 1) {
    await rig.advance(task?.pollIntervalMs ?? 5_000);
    task = await client.get(taskId);
    if (task.status !== "working") return task;
  }
  throw new Error("the task does not end");
}

const textOf = ({ result }: Task) => ((result?.content ?? []) as { text: string }[])[0]?.text ?? "";

describe("a call whose person takes their time at the page", () => {
  it.each([
    ["HTTP", connect],
    ["stdio", connectStdio],
  ])("becomes a task, which ends with what the page did, over %s", async (_transport, connectBy) => {
    const rig = await open();
    const client = connectBy(rig);
    const { asked, task } = await start(client);
    expect(task).toMatchObject({
      statusMessage: "A person has yet to finish the page; nothing was sent so far.",
      pollIntervalMs: 5_000,
    });
    expect(task.taskId).toMatch(/^[\w-]{1,128}$/);
    expect(rig.audits).toMatchObject([{ outcome: "person_needed", changed: "no" }]);
    expect((await client.get(task.taskId)).status).toBe("working");
    expect((await visit(rig.newBrowser(), asked)).text).toMatch(/^Sent\./);
    const end = await settle(rig, client, task);
    expect(end).toMatchObject({ taskId: task.taskId, status: "completed", createdAt: task.createdAt });
    expect(end.result).toMatchObject({
      structuredContent: { summary: expect.stringMatching(/^Created connector/) },
    });
    expect(await client.get(task.taskId)).toEqual(end);
    expect(rig.writes()).toHaveLength(1);
    expect(rig.audits.map(({ changed, write }) => [changed, write])).toEqual([
      ["no", rig.intents[0]?.write],
      ["yes", rig.intents[0]?.write],
    ]);
    expect(JSON.stringify([task, end, rig.logs])).not.toContain(TYPED);
  });

  it("ends with what C1 said of the config since, and does not change any more", async () => {
    const rig = await open({ sandbox: { syncMs: 20_000 } });
    const client = connect(rig);
    const [failing, working] = [await start(client), await start(client, { ...OKTA, ifExists: "create" })];
    const wrong = { "secret-0": "00wrong-credential-of-nobody" };
    expect((await visit(rig.newBrowser(), failing.asked, wrong)).text).toMatch(/^Sent\./);
    await rig.advance(60_000);
    expect((await visit(rig.newBrowser(), working.asked)).text).toMatch(/^Sent\./);
    expect((await settle(rig, client, failing.task)).result).toMatchObject({
      structuredContent: {
        summary: expect.stringMatching(/^Created connector .*; its sync failed\.$/),
        connection: "failed",
        lastError: "C1 says: 401 Unauthorized: invalid token provided",
        next: "correct the config with update_connector",
      },
    });
    const early = await client.get(working.task.taskId);
    expect(early.result).toMatchObject({ structuredContent: { connection: "syncing" } });
    await rig.advance(60_000);
    expect(await client.get(working.task.taskId)).toEqual(early);
    expect(JSON.stringify(rig.logs)).not.toContain(TYPED);
  });

  it("ends with the no of the person", async () => {
    const rig = await open();
    const client = connect(rig);
    const { asked, task } = await start(client);
    const browser = rig.newBrowser();
    await browser.send(asked.url, await browser.open(asked.url), { decision: "no" });
    const end = await settle(rig, client, task);
    expect(end.result).toMatchObject({ isError: true });
    expect(textOf(end)).toMatch(/^\[declined\] The person at the page said no\. Nothing was changed\./);
  });

  it("goes on while C1 is still at work, up to the result of the wait", async () => {
    const rig = await open({ sandbox: { syncMs: 20_000 } });
    const client = connect(rig);
    const { asked, task } = await start(client, { ...OKTA, waitSeconds: 60 });
    expect((await visit(rig.newBrowser(), asked)).text).toMatch(/^Sent\./);
    await rig.advance(5_000);
    expect(await client.get(task.taskId)).toMatchObject({
      status: "working",
      statusMessage: "The page was sent; C1 is still at work.",
    });
    const { result } = await settle(rig, client, task);
    expect(result).toMatchObject({ structuredContent: { connection: "connected" } });
  });

  it("can be one that a person only has to agree to", async () => {
    const rig = await open({ confirm: true });
    const client = connect(rig);
    const { asked, task } = await start(client, { displayName: "Acme CRM" }, "create_app");
    await visit(rig.newBrowser(), asked, {});
    expect((await settle(rig, client, task)).result).toMatchObject({
      structuredContent: { summary: expect.stringMatching(/^Created app "Acme CRM"/) },
    });
    expect(rig.writes()).toHaveLength(1);
  });

  it.each([
    ["", 0],
    [", by a clock that was set back", -3_600_000],
  ])("is told that nobody came in time, and the link is closed%s", async (_how, ms) => {
    const rig = await open();
    const client = connect(rig);
    const { asked, task } = await start(client);
    rig.clock.set(ms);
    await rig.advance(600_000);
    const end = await client.get(task.taskId);
    expect(textOf(end)).toMatch(/^\[declined\] Nobody finished the page in time.*\. Nothing was changed\./);
    expect((await rig.newBrowser().open(asked.url)).status).toBeGreaterThanOrEqual(400);
    expect(rig.writes()).toEqual([]);
    // Others of the same arguments are asked anew.
    expect((await ask(client)).url).not.toBe(asked.url);
  });

  it("goes on while its link works, even if the process has too many pages to remember it", async () => {
    const rig = await open();
    const client = connect(rig);
    const { asked, task } = await start(client);
    const plan = { tool: "create_app", tenant: "sandbox", principal: "local", args: {}, askedAt: 0 };
    const link = { url: "http://127.0.0.1/page/x" };
    for (let count = 0; count < 1_000; count += 1) {
      const id = `other-${count}`;
      rig.page?.service.elicitations.add(id, { ...plan, id, expires: rig.clock.now() + 900_000 }, link, []);
    }
    await rig.advance(5_000);
    expect(await client.get(task.taskId)).toMatchObject({
      status: "working",
      statusMessage: "Waiting for the page.",
    });
    expect((await visit(rig.newBrowser(), asked)).text).toMatch(/^Sent\./);
    await rig.advance(600_000);
    expect(textOf(await settle(rig, client, task))).toMatch(/^\[outcome_unknown\] /);
  });

  it.each([
    ["its outcome", 700_000],
    ["even its use", 1_300_000],
  ])("is not called undone when %s was forgotten", async (_what, ms) => {
    const rig = await open();
    const client = connect(rig);
    const { asked, task } = await start(client);
    expect((await visit(rig.newBrowser(), asked)).text).toMatch(/^Sent\./);
    await rig.registry.settled();
    await rig.advance(ms);
    await ask(client, { ...OKTA, ifExists: "create", description: "another" });
    expect(textOf(await settle(rig, client, task))).toMatch(/^\[outcome_unknown\] /);
    expect(rig.writes()).toHaveLength(1);
  });
});

describe("the page of a task", () => {
  it("is closed when the task is cancelled", async () => {
    const rig = await open();
    const client = connect(rig);
    const { asked, task } = await start(client);
    await client.cancel(task.taskId);
    expect(await client.get(task.taskId)).toMatchObject({
      status: "cancelled",
      statusMessage: "The page was closed before it was sent; nothing was changed.",
    });
    expect((await rig.newBrowser().open(asked.url)).text).toMatch(/^This page is no longer needed/);
    expect(rig.writes()).toEqual([]);
  });

  it("that is cancelled while its form is checked sends nothing", async () => {
    const rig = await open();
    const client = connect(rig);
    const { asked, task } = await start(client);
    const browser = rig.newBrowser();
    const form = await browser.open(asked.url);
    rig.forget();
    rig.sandbox.faults.add({ match: { operation: "connectors.list" }, do: { kind: "latency", ms: 10_000 } });
    const sent = browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED });
    await rig.clock.until("the checks", () => rig.requests().length > 0);
    await client.cancel(task.taskId);
    expect((await sent).text).not.toMatch(/^Sent/);
    expect((await client.get(task.taskId)).status).toBe("cancelled");
    expect(rig.writes()).toEqual([]);
  });

  it("that was sent before the cancellation tells its outcome all the same", async () => {
    const rig = await open({ sandbox: { syncMs: 20_000 } });
    const client = connect(rig);
    const { asked, task } = await start(client, { ...OKTA, waitSeconds: 60 });
    await visit(rig.newBrowser(), asked);
    await client.cancel(task.taskId);
    expect((await settle(rig, client, task)).result).toMatchObject({
      structuredContent: { connection: "connected" },
    });
  });

  it("is shared with the same call, made again: both are told the outcome", async () => {
    const rig = await open();
    const client = connect(rig);
    const { asked, task } = await start(client);
    const again = await start(client);
    expect(again.asked.url).toBe(asked.url);
    await visit(rig.newBrowser(), asked);
    const [one, other] = [await settle(rig, client, task), await settle(rig, client, again.task)];
    expect(other.result).toEqual(one.result);
    expect(rig.writes()).toHaveLength(1);
  });
});

describe("a task of a page is a name and no right", () => {
  it("for another caller, another process, or whoever lost the scope", async () => {
    const rig = await open();
    const jane = connect(rig, "user:jane");
    const { task } = await start(jane);
    expect((await jane.get(task.taskId)).status).toBe("working");
    for (const stranger of [
      connect(rig, "user:kate"),
      connect(rig),
      connect(rig, "user:jane", ["c1:read", "c1:create_app"]),
    ]) {
      await expect(stranger.get(task.taskId)).rejects.toThrow(UNKNOWN);
      await expect(stranger.cancel(task.taskId)).rejects.toThrow(UNKNOWN);
    }
    expect((await jane.get(task.taskId)).status).toBe("working");
  });

  it("a process that did not show the page claims nothing of it", async () => {
    const rig = await open();
    const client = connect(rig);
    const { asked, task } = await start(client);
    const other = { ...(await open()), clock: rig.clock };
    // It has pages of its own.
    await ask(connect(other));
    const end = await connect(other).get(task.taskId);
    expect(end).toMatchObject({ status: "completed", result: { isError: true } });
    expect(textOf(end)).toMatch(
      /^\[outcome_unknown\] The process of the server that showed the page has ended.*Whether anything was changed is not known\. Look whether it was done/,
    );
    // It cannot close the page either.
    await visit(rig.newBrowser(), asked);
    expect((await settle(rig, client, task)).result).not.toHaveProperty("isError");
  });
});

it("the built server knows nothing of a page that was shown before it was killed, and says so", async () => {
  const tenant = await startTenant();
  const env = { ...tenant.env, C1_MCP_STATE_KEY: KEY };
  const speak = (server: Spawned) =>
    createTaskClient(async ({ params, id, method }) => {
      server.send({ jsonrpc: "2.0", id, method, params });
      const answer = () =>
        server.stdout.map((line) => JSON.parse(line) as WireMessage).find((one) => one.id === id);
      await until(`the answer to ${method}`, () => answer() !== undefined);
      return answer() as WireMessage;
    });
  const first = spawnServer(["stdio"], env);
  const { task } = await start(speak(first));
  first.kill("SIGKILL");
  await first.exit;
  const end = await speak(spawnServer(["stdio"], env)).get(task.taskId);
  expect(textOf(end)).toMatch(
    /^\[outcome_unknown\] The process of the server that showed the page has ended/,
  );
  expect(tenant.writes()).toBe(0);
  await killSpawned();
  await tenant.sandbox.close();
});

describe("no task", () => {
  it("is made for a client that did not declare it, or shows no links", async () => {
    const rig = await open();
    const asked = await ask(connect(rig));
    const { result } = await asked.next({ elicitation: { url: {} } });
    expect(result).toMatchObject({ resultType: "input_required" });
    const call = { name: "create_connector", arguments: OKTA };
    for (let round = 0; round < 2; round += 1) {
      const { result: told } = await connect(rig).request("tools/call", call, TASKS);
      expect(JSON.stringify(told)).toContain("[person_needed] ");
    }
  });

  it("is made where processes share their pages, because only one of them could tell its outcome", async () => {
    const rig = await open({ page: { isShared: true } });
    const { result } = await (await ask(connect(rig))).next();
    expect(result).toMatchObject({ resultType: "input_required" });
  });

  it("is made of a page that is done by then", async () => {
    const rig = await open();
    const asked = await ask(connect(rig));
    await visit(rig.newBrowser(), asked);
    const { result } = await asked.next();
    expect(result).toMatchObject({ resultType: "complete", structuredContent: {} });
  });
});
