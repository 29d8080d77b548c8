import { PassThrough, Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { serveStdio } from "../../../src/mcp/stdio.ts";
import type { ToolResult } from "../../../src/tools/job.ts";
import { createFakeRegistry, resultOf } from "../../support/fake-registry.ts";
import { callOf, forever, HELLO, ping, readSdks, startStdio } from "../../support/stdio-session.ts";
import { until } from "../../support/until.ts";
import { waitFor } from "../../support/wait-for.ts";

beforeAll(() => readSdks(callOf(1)));
afterEach(() => void vi.useRealTimers());

describe("the end of a session", () => {
  it("is immediate if nothing runs", async () => {
    const server = startStdio();
    server.input.end();
    await server.done;
    expect(server.replies()).toEqual([]);
    expect(server.logs).toEqual([]);
  });

  it("by input: serves the last line, with or without a newline", async () => {
    const server = startStdio();
    server.input.write(JSON.stringify(ping(7)));
    expect(await server.finish()).toEqual([{ jsonrpc: "2.0", id: 7, result: {} }]);
  });

  /** A call that the test answers. */
  function createPending() {
    let answer: (value: ToolResult) => void = () => undefined;
    const registry = createFakeRegistry(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    return { registry, answer: () => answer(resultOf({ args: 1 })) };
  }

  it.each(["end of input", "stop signal"])("by %s: waits for a running call and answers it", async (how) => {
    const { registry, answer } = createPending();
    const server = startStdio(registry);
    server.send(HELLO, callOf(5));
    await waitFor(() => expect(registry.call).toHaveBeenCalled());
    if (how === "stop signal") server.stop.abort();
    else server.input.end();
    setTimeout(answer, 30);
    await server.done;
    expect(server.replies().at(-1)).toMatchObject({ id: 5, result: resultOf({ args: 1 }) });
    expect(server.logs).toEqual([]);
  });

  it.each(["end of input", "stop signal"])("by %s: gives up on a hanging call after 1.5 s", async (how) => {
    let signal: AbortSignal | undefined;
    const registry = createFakeRegistry((_args, context) => {
      signal = context.signal;
      return forever();
    });
    const server = startStdio(registry);
    server.send(HELLO, callOf(5));
    await until("the call", () => registry.call.mock.calls.length > 0);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let ended = false;
    void server.done.then(() => {
      ended = true;
    });
    if (how === "stop signal") server.stop.abort();
    else server.input.end();
    await until("the wait", () => vi.getTimerCount() > 0);
    vi.advanceTimersByTime(1_499);
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    vi.advanceTimersByTime(1);
    await server.done;
    expect(signal?.aborted).toBe(true);
    expect(server.replies().map(({ id }) => id)).toEqual([0]);
  });

  it("answers the calls that it aborts, but not those that the client cancelled", async () => {
    const calls: Promise<ToolResult>[] = [];
    let release = () => {};
    const stopped = new Promise<void>((resolve) => {
      release = resolve;
    });
    const registry = createFakeRegistry((_args, { signal }) => {
      const call = stopped.then(() => resultOf({ args: String(signal.aborted) }));
      calls.push(call);
      return call;
    });
    const settle = async () => {
      release();
      await Promise.all(calls);
    };
    const server = startStdio(registry, new PassThrough(), settle);
    server.send(HELLO, callOf(5), callOf(6));
    await until("the calls", () => calls.length === 2);
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 6 } }, ping(7));
    await server.replyTo(7);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    server.stop.abort();
    await until("the wait", () => vi.getTimerCount() > 0);
    vi.advanceTimersByTime(1_500);
    await server.done;
    expect(server.replies().map(({ id }) => id)).toEqual([0, 7, 5]);
    expect(server.replies().at(-1)).toMatchObject({ result: resultOf({ args: "true" }) });
  });

  it("is immediate if the stop signal is already aborted", async () => {
    const registry = createFakeRegistry();
    const input = new PassThrough();
    const logger = pino({ enabled: false });
    await serveStdio({ registry, input, output: new PassThrough(), stop: AbortSignal.abort(), logger });
    expect(registry.call).not.toHaveBeenCalled();
  });

  it("by a closed output: throws nothing, and writes nothing more", async () => {
    let writes = 0;
    const output = new Writable({
      write(_chunk, _encoding, done) {
        writes += 1;
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    const server = startStdio(createFakeRegistry(), output);
    server.send(ping(1), ping(2), ping(3));
    await server.done;
    expect(writes).toBe(1);
    expect(server.logs).toEqual([]);
  });

  it("by broken input: is logged", async () => {
    const server = startStdio();
    server.input.destroy(new Error("EIO"));
    await server.done;
    expect(server.logs).toMatchObject([{ level: 40, msg: "reading stdin failed" }]);
  });
});
