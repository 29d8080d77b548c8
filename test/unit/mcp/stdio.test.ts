import { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createFakeRegistry, resultOf } from "../../support/fake-registry.ts";
import { callOf, HELLO, ping, startStdio } from "../../support/stdio-session.ts";
import { waitFor } from "../../support/wait-for.ts";

afterEach(() => void vi.useRealTimers());

describe("an invalid message", () => {
  it.each<[string, string, number, unknown?]>([
    ["no JSON", "{oops", -32700],
    ["a word", "hello", -32700],
    ["a number", "1", -32600],
    ["null", "null", -32600],
    ["a batch", JSON.stringify([ping(1)]), -32600],
    ["no version", '{"id":1,"method":"ping"}', -32600, 1],
    ["version 1", '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, 1],
    ["no method", '{"jsonrpc":"2.0","id":1}', -32600],
    ["a method that is no text", '{"jsonrpc":"2.0","id":1,"method":7}', -32600, 1],
    ["null for an id", JSON.stringify(ping(null)), -32600],
    ["an id with a fraction", JSON.stringify(ping(1.5)), -32600],
    ["an object for an id", JSON.stringify(ping({})), -32600],
    ["text for params", '{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}', -32600, 1],
    ["a list for params", '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', -32600, 1],
    ["a key too many", '{"jsonrpc":"2.0","id":1,"method":"ping","extra":1}', -32600, 1],
    [
      "params._meta that is no object",
      '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":5}}',
      -32600,
      1,
    ],
    [
      "a progress token that is none",
      '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{}}}}',
      -32600,
      1,
    ],
    ["an id that is no safe integer", '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', -32600],
    ["a response of neither kind", '{"jsonrpc":"2.0","id":1,"reply":{}}', -32600],
  ])("%s gets an error, and the next message is served", async (_name, line, code, id = null) => {
    const server = startStdio();
    server.input.write(`${line}\n`);
    server.send(ping("next"));
    await server.replyTo("next");
    // Nothing is taken for a call that is still running, which would be waited for.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const replies = await server.finish();
    expect(replies).toHaveLength(2);
    expect(replies.find((reply) => reply.id !== "next")).toMatchObject({ id, error: { code } });
  });

  it("is not quoted in the error", async () => {
    const server = startStdio();
    server.input.write('{"token": "hunter22"\n');
    expect(JSON.stringify(await server.finish())).not.toContain("hunter22");
  });

  it("ignores blank lines", async () => {
    const server = startStdio();
    server.input.write("\n \r\n\t\n");
    expect(await server.finish()).toEqual([]);
  });

  it("of more than ten mebibytes gets an error, and the session continues", async () => {
    const server = startStdio();
    server.input.write(`{"junk":"${"x".repeat(10 * 1024 * 1024)}"}\n`);
    server.send(ping(1));
    await server.replyTo(1);
    const [first] = await server.finish();
    expect(first).toMatchObject({
      id: null,
      error: { code: -32600, message: expect.stringContaining("longer") },
    });
  });
});

describe("a session", () => {
  it("opens, lists the tools and calls them", async () => {
    const registry = createFakeRegistry();
    const server = startStdio(registry);
    server.send(HELLO, { jsonrpc: "2.0", method: "notifications/initialized" });
    server.send({ jsonrpc: "2.0", id: "list", method: "tools/list" }, callOf(2, "echo", { text: "é🙂\n" }));
    expect((await server.replyTo(0)).result).toMatchObject({
      protocolVersion: "2025-06-18",
      instructions: "Be careful.",
      serverInfo: { name: "c1-admin-mcp" },
      capabilities: { tools: {} },
    });
    expect((await server.replyTo("list")).result).toEqual({ tools: registry.list() });
    expect((await server.replyTo(2)).result).toEqual(resultOf({ args: { text: "é🙂\n" } }));
    expect(registry.call).toHaveBeenCalledWith(
      "echo",
      { text: "é🙂\n" },
      expect.objectContaining({
        principal: "local",
        client: "tester/1.2",
      }),
    );
    expect(await server.finish()).toHaveLength(3);
  });

  it("answers an unknown tool with an error in plain words", async () => {
    const server = startStdio();
    server.send(HELLO, callOf(1, "nothing"));
    const { error } = await server.replyTo(1);
    expect(error).toEqual({ code: -32602, message: "Unknown tool: nothing; the tools are echo" });
    await server.finish();
  });

  it("answers an unknown method, but not an unknown notification", async () => {
    const server = startStdio();
    server.send({ jsonrpc: "2.0", method: "no/such" }, { jsonrpc: "2.0", id: 1, method: "no/such" });
    expect((await server.replyTo(1)).error?.code).toBe(-32601);
    expect(await server.finish()).toHaveLength(1);
  });

  it("answers concurrent messages, slow ones out of order", async () => {
    const registry = createFakeRegistry(async (args) => {
      const { text } = args as { text: string };
      if (text === "slow") await new Promise((resolve) => setTimeout(resolve, 50));
      return resultOf({ args: text });
    });
    const server = startStdio(registry);
    server.send(
      HELLO,
      callOf(1, "echo", { text: "slow" }),
      ...Array.from({ length: 20 }, (_, index) => ping(index + 2)),
    );
    await server.replyTo(1);
    const replies = await server.finish();
    expect(replies.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from(Array(22).keys()),
    );
    expect(replies.at(-1)?.id).toBe(1);
  });

  it("survives unsolicited responses", async () => {
    const server = startStdio();
    server.send(
      { jsonrpc: "2.0", id: 99, result: {} },
      { jsonrpc: "2.0", id: 98, error: { code: 1, message: "" } },
    );
    server.send(ping(1));
    await server.replyTo(1);
    expect(await server.finish()).toHaveLength(1);
  });

  it("aborts a cancelled call, and never answers it", async () => {
    const aborted = vi.fn();
    const registry = createFakeRegistry(
      (_args, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted(signal.reason);
            resolve(resultOf({ cancelled: 1 }));
          });
        }),
    );
    const server = startStdio(registry);
    server.send(HELLO, callOf("c"));
    await waitFor(() => expect(registry.call).toHaveBeenCalled());
    const params = { requestId: "c", reason: "the user thought better of it" };
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    await waitFor(() => expect(aborted).toHaveBeenCalledOnce());
    expect(aborted).toHaveBeenCalledWith(params.reason);
    expect((await server.finish()).map(({ id }) => id)).toEqual([0]);
  });
});

describe("limits on a client", () => {
  it("a thousand running requests: more are refused, and accepted again later", async () => {
    const ends: (() => void)[] = [];
    const registry = createFakeRegistry(
      () => new Promise((resolve) => ends.push(() => resolve(resultOf({ done: 1 })))),
    );
    const server = startStdio(registry);
    server.send(HELLO);
    await server.replyTo(0);
    server.send(...Array.from({ length: 1_001 }, (_, index) => callOf(index + 1)));
    expect((await server.replyTo(1_001)).error).toEqual({
      code: -32000,
      message: "1000 requests are running; this one was not started",
    });
    await waitFor(() => expect(registry.call).toHaveBeenCalledTimes(1_000));
    ends[0]?.();
    await server.replyTo(1);
    server.send(callOf(1_002));
    await waitFor(() => expect(registry.call).toHaveBeenCalledTimes(1_001));
    for (const end of ends) end();
    expect((await server.replyTo(1_002)).result).toMatchObject(resultOf({ done: 1 }));
    await server.finish();
  });

  it("16 MiB of unread answers: then its input is not read either", async () => {
    const written: string[] = [];
    let read = () => {};
    const output = new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        read = done;
      },
    });
    const registry = createFakeRegistry(async () => resultOf({ text: "x".repeat(1024 * 1024) }));
    const server = startStdio(registry, output);
    server.send(HELLO);
    for (let id = 1; id <= 60; id += 1) {
      server.send(callOf(id));
      await pause(2);
    }
    const taken = registry.call.mock.calls.length;
    expect(taken).toBeGreaterThan(4);
    expect(taken).toBeLessThan(40);
    const timer = setInterval(() => read(), 1);
    server.input.end();
    await server.done;
    clearInterval(timer);
    expect(registry.call).toHaveBeenCalledTimes(60);
  });

  it("never prevent the server from stopping", async () => {
    const output = new Writable({ highWaterMark: 1, write: () => undefined });
    const registry = createFakeRegistry(async () => resultOf({ text: "x".repeat(1024 * 1024) }));
    const server = startStdio(registry, output);
    server.send(HELLO);
    for (let id = 1; id <= 40; id += 1) {
      server.send(callOf(id));
      await pause(2);
    }
    server.stop.abort();
    await server.done;
    expect(server.logs).toEqual([]);
  });
});
