import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { pino } from "pino";
import { beforeAll, describe, expect, it } from "vitest";
import { Requests } from "../../../src/mcp/requests.ts";
import { serveStdio } from "../../../src/mcp/stdio.ts";
import type { ToolContext } from "../../../src/tools/context.ts";
import type { ToolResult } from "../../../src/tools/job.ts";
import { modernRequest } from "../../fixture/wire.ts";
import { createFakeRegistry, resultOf } from "../../support/fake-registry.ts";
import { callOf, HELLO, ping, startStdio } from "../../support/stdio-session.ts";
import { waitFor } from "../../support/wait-for.ts";

const cancel = (requestId: unknown) => ({
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId },
});
const modernCall = (id: string | number) => modernRequest(id, "tools/call", { name: "echo", arguments: {} });
const STILL_RUNNING = {
  code: -32600,
  message: "A request with this id is still running; this one was not started",
};

/** A session whose calls continue, cancelled or not, until the test ends them. */
async function startStubborn() {
  const contexts: ToolContext[] = [];
  const ends: (() => void)[] = [];
  const registry = createFakeRegistry((_args, context) => {
    contexts.push(context);
    return new Promise<ToolResult>((resolve) => ends.push(() => resolve(resultOf({ done: 1 }))));
  });
  const server = startStdio(registry);
  server.send(HELLO);
  await server.replyTo(0);
  return {
    ...server,
    contexts,
    ends,
    started: (count: number) => waitFor(() => expect(registry.call).toHaveBeenCalledTimes(count)),
    calls: () => registry.call.mock.calls.length,
    errors: (id: unknown) =>
      server
        .replies()
        .filter((reply) => reply.id === id && reply.error)
        .map(({ error }) => error),
  };
}

// The code of a protocol era is read with its first request and its first call, which on a busy machine takes longer than a
// test waits.
beforeAll(async () => {
  const server = startStdio(createFakeRegistry(async () => resultOf({})));
  server.send(HELLO, callOf(1), modernRequest("m", "tools/list", {}), modernCall("n"));
  await waitFor(() => expect(server.replies()).toHaveLength(4));
  await server.finish();
});

/** Long enough for everything that is pending. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await turn();
}

describe("the id of a running request", () => {
  it("is refused for another one, which does not start; it is free after the answer", async () => {
    const server = await startStubborn();
    server.send(callOf(5), callOf(5), ping(5));
    await waitFor(() => expect(server.errors(5)).toEqual([STILL_RUNNING, STILL_RUNNING]));
    await server.started(1);
    await settle();
    expect(server.calls()).toBe(1);
    server.ends[0]?.();
    await waitFor(() => expect(server.replies().at(-1)?.result).toMatchObject(resultOf({ done: 1 })));
    server.send(callOf(5));
    await server.started(2);
    server.ends[1]?.();
    expect(await server.finish()).toHaveLength(5);
  });

  it("is in use in both eras, which share the client's ids", async () => {
    const server = await startStubborn();
    server.send(callOf(5), modernCall(5), modernCall("m"), callOf("m"));
    await waitFor(() =>
      expect([server.errors(5), server.errors("m")]).toEqual([[STILL_RUNNING], [STILL_RUNNING]]),
    );
    await server.started(2);
    await settle();
    expect(server.calls()).toBe(2);
    for (const end of server.ends) end();
    await server.finish();
  });

  it("differs as a number from the same text", async () => {
    const server = await startStubborn();
    server.send(callOf(5), callOf("5"));
    await server.started(2);
    for (const end of server.ends) end();
    expect((await server.finish()).map(({ id }) => id)).toEqual([0, 5, "5"]);
  });

  it.each(["__proto__", "constructor", "toString", ""])("may be %j", async (id) => {
    const server = await startStubborn();
    server.send(callOf(id), callOf(id), modernCall(`${id}2`));
    await waitFor(() => expect(server.errors(id)).toEqual([STILL_RUNNING]));
    await server.started(2);
    for (const end of server.ends) end();
    await server.finish();
    expect(server.replies().map((reply) => reply.id)).toEqual([0, id, id, `${id}2`]);
  });

  it("remains in use after a cancellation, until the call has ended", async () => {
    const server = await startStubborn();
    server.send(callOf(5), cancel(5));
    await server.started(1);
    server.send(callOf(5));
    await waitFor(() => expect(server.calls()).toBe(1));
    await waitFor(() => expect(server.errors(5)).toEqual([STILL_RUNNING]));
    server.ends[0]?.();
    await settle();
    server.send(callOf(5));
    await server.started(2);
    server.ends[1]?.();
    // One refusal and one result; none for the cancelled call.
    expect((await server.finish()).map(({ id }) => id)).toEqual([0, 5, 5]);
  });
});

describe("a cancelled call that continues", () => {
  it.each([
    ["2025", callOf],
    ["2026", modernCall],
  ])("counts as running (%s)", async (_era, call) => {
    const server = await startStubborn();
    for (let id = 1; id <= 1_001; id += 1) server.send(call(id), cancel(id));
    expect((await server.replyTo(1_001)).error?.message).toContain("1000 requests are running");
    await server.started(1_000);
    for (const end of server.ends) end();
    await settle();
    server.send(ping("after"));
    expect((await server.replyTo("after")).result).toEqual({});
    await server.finish();
  });

  it.each([
    ["a ping", ping],
    ["no tool's name", (id: number) => ({ ...callOf(id), params: {} })],
    ["an unknown method", (id: number) => modernRequest(id, "no/such")],
  ])("does not count forever if nothing runs: %s", async (_what, request) => {
    const server = await startStubborn();
    for (let id = 1; id <= 1_200; id += 1) server.send(request(id), cancel(id));
    await settle();
    server.send(ping("after"));
    expect((await server.replyTo("after")).result).toEqual({});
    await server.finish();
  });

  it.each([
    ["2025", callOf],
    ["2026", modernCall],
  ])("is told about the cancellation under any id, and sends no more progress (%s)", async (_era, call) => {
    const server = await startStubborn();
    const request = call(0) as { params: { _meta?: object } };
    request.params._meta = { ...request.params._meta, progressToken: "p" };
    server.send(request);
    await server.started(1);
    const [context] = server.contexts;
    context?.progress({ progress: 1 });
    server.send(cancel(0));
    await waitFor(() => expect(context?.signal.aborted).toBe(true));
    context?.progress({ progress: 2 });
    server.ends[0]?.();
    const told = (await server.finish()) as { params?: { progress?: number } }[];
    expect(told.flatMap(({ params }) => params?.progress ?? [])).toEqual([1]);
    expect(told).toHaveLength(2);
  });

  it("delays the end, like every running call", async () => {
    const server = await startStubborn();
    server.send(callOf(1), cancel(1), callOf(2), callOf(2));
    await server.started(2);
    server.input.end();
    let over = false;
    const done = server.done.then(() => {
      over = true;
    });
    server.ends[1]?.();
    await settle();
    expect(over).toBe(false);
    server.ends[0]?.();
    await done;
    expect(server.replies().filter(({ id }) => id === 1)).toEqual([]);
    expect(server.replies().filter(({ id, result }) => id === 2 && result)).toHaveLength(1);
  });
});

describe("the bytes of running requests", () => {
  const MEBIBYTE = 1024 * 1024;
  const large = (id: number) => callOf(id, "echo", { text: "x".repeat(9 * MEBIBYTE) });
  const TOO_MUCH = {
    code: -32000,
    message: "The requests that are running would take more than 64 MiB with this one; it was not started",
  };

  it("are bounded: one too many is refused, and accepted when another has ended", async () => {
    const server = await startStubborn();
    for (let id = 1; id <= 8; id += 1) server.send(large(id));
    await waitFor(() => expect(server.errors(8)).toEqual([TOO_MUCH]));
    server.send(callOf(9));
    await server.started(8);
    server.ends[0]?.();
    await server.replyTo(1);
    server.send(large(8));
    await server.started(9);
    for (const end of server.ends) end();
    await server.finish();
  });

  it.each([
    "tools/call",
    "subscriptions/listen",
  ])("are counted exactly, and released at the end: %s", (method) => {
    const requests = new Requests();
    expect(requests.begin(1, method, 64 * MEBIBYTE)).toBeUndefined();
    expect(requests.begin(2, method, 1)).toEqual(TOO_MUCH);
    requests.cancel(1);
    requests.end(1);
    requests.end(1);
    expect(requests.begin(3, method, 64 * MEBIBYTE)).toBeUndefined();
    expect(requests.begin(4, method, 1)).toEqual(TOO_MUCH);
  });
});

describe("a subscription of the 2026 era", () => {
  const listen = modernRequest("s", "subscriptions/listen", { notifications: { toolsListChanged: true } });

  it("keeps its id in use until it is cancelled", async () => {
    const server = await startStubborn();
    const opened = () =>
      server
        .replies()
        .filter((reply) => "method" in reply && reply.method === "notifications/subscriptions/acknowledged");
    server.send(listen, listen);
    await waitFor(() => expect(server.errors("s")).toEqual([STILL_RUNNING]));
    await waitFor(() => expect(opened()).toHaveLength(1));
    server.send(cancel("s"), listen);
    await waitFor(() => expect(opened()).toHaveLength(2));
    expect(server.errors("s")).toHaveLength(1);
    // Nothing runs for it, so the end does not wait.
    let over = false;
    server.input.end();
    const done = server.done.then(() => {
      over = true;
    });
    await settle();
    expect(over).toBe(true);
    await done;
  });
});

it.each([
  "__proto__",
  "constructor",
  "toString",
  "notifications/cancelled",
])("a method named %j is unknown in both eras", async (name) => {
  const server = startStdio();
  server.send({ jsonrpc: "2.0", id: 1, method: name }, modernRequest(2, name));
  expect((await server.replyTo(1)).error?.code).toBe(-32601);
  expect((await server.replyTo(2)).error?.code).toBe(-32601);
  await server.finish();
});

it("an internal failure is answered, and the next message tries again", async () => {
  const input = new PassThrough();
  const output = new PassThrough().setEncoding("utf8");
  let text = "";
  output.on("data", (chunk: string) => {
    text += chunk;
  });
  let tries = 0;
  const stateKey = async () => {
    tries += 1;
    if (tries === 1) throw new Error("the file of the key is not there yet");
    return "k".repeat(40);
  };
  const registry = createFakeRegistry();
  const logger = pino({ enabled: false });
  const stop = new AbortController().signal;
  const done = serveStdio({ registry, input, output, stop, logger, stateKey });
  input.end([modernCall(1), modernCall(1)].map((one) => `${JSON.stringify(one)}\n`).join(""));
  await done;
  expect(
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { id: 1, error: { code: -32603 } },
    { id: 1, result: resultOf({ args: {} }) },
  ]);
});
