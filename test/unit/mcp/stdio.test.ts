import { PassThrough, Writable } from "node:stream";
import { pino } from "pino";
import { describe, expect, it, vi } from "vitest";
import { serveStdio } from "../../../src/mcp/stdio.ts";
import type { Registry, ToolResult } from "../../../src/tools/registry.ts";
import { createFakeRegistry, resultOf } from "../../support/fake-registry.ts";

type Reply = {
  jsonrpc: string;
  id: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
};

const HELLO = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "tester", version: "1.2" } },
};
const ping = (id: unknown) => ({ jsonrpc: "2.0", id, method: "ping" });
const callOf = (id: unknown, name = "echo", args: object = {}) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: args },
});
const forever = () => new Promise<ToolResult>(() => undefined);

function start(registry: Registry = createFakeRegistry(), output: Writable = new PassThrough()) {
  const input = new PassThrough();
  const stop = new AbortController();
  const logs: object[] = [];
  const logger = pino({ level: "trace" }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  let text = "";
  output.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const done = serveStdio({ registry, input, output, stop: stop.signal, logger });
  const replies = () =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Reply);
  return {
    input,
    stop,
    logs,
    done,
    replies,
    send: (...messages: unknown[]) =>
      void input.write(messages.map((one) => `${JSON.stringify(one)}\n`).join("")),
    replyTo: (id: unknown) =>
      vi.waitFor(
        () => {
          const reply = replies().find((one) => one.id === id);
          if (!reply) throw new Error(`no reply to ${id} yet`);
          return reply;
        },
        { timeout: 5_000, interval: 5 },
      ),
    /** Ends the input and gives all replies. */
    async finish() {
      input.end();
      await done;
      return replies();
    },
  };
}

describe("what is no message", () => {
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
  ])("%s is answered, and the next message is served", async (_name, line, code, id = null) => {
    const server = start();
    server.input.write(`${line}\n`);
    server.send(ping("next"));
    await server.replyTo("next");
    const started = performance.now();
    const replies = await server.finish();
    expect(replies).toHaveLength(2);
    expect(replies.find((reply) => reply.id !== "next")).toMatchObject({ id, error: { code } });
    // Nothing is taken for a call that is still running.
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("does not repeat what it could not read", async () => {
    const server = start();
    server.input.write('{"token": "hunter22"\n');
    expect(JSON.stringify(await server.finish())).not.toContain("hunter22");
  });

  it("ignores blank lines", async () => {
    const server = start();
    server.input.write("\n \r\n\t\n");
    expect(await server.finish()).toEqual([]);
  });

  it("answers a line longer than ten mebibytes, and goes on", async () => {
    const server = start();
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
  it("is opened, lists the tools and calls them", async () => {
    const registry = createFakeRegistry();
    const server = start(registry);
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

  it("answers an unknown tool with an error of plain words", async () => {
    const server = start();
    server.send(HELLO, callOf(1, "nothing"));
    const { error } = await server.replyTo(1);
    expect(error).toEqual({ code: -32602, message: "Unknown tool: nothing" });
    await server.finish();
  });

  it("answers an unknown method, and no unknown notification", async () => {
    const server = start();
    server.send({ jsonrpc: "2.0", method: "no/such" }, { jsonrpc: "2.0", id: 1, method: "no/such" });
    expect((await server.replyTo(1)).error?.code).toBe(-32601);
    expect(await server.finish()).toHaveLength(1);
  });

  it("answers messages that come all at once, slow ones out of order", async () => {
    const registry = createFakeRegistry(async (args) => {
      const { text } = args as { text: string };
      if (text === "slow") await new Promise((resolve) => setTimeout(resolve, 50));
      return resultOf({ args: text });
    });
    const server = start(registry);
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

  it("survives responses nobody asked for", async () => {
    const server = start();
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
    const registry = createFakeRegistry((_args, { signal }) => {
      signal.addEventListener("abort", aborted);
      return forever();
    });
    const server = start(registry);
    server.send(HELLO, callOf("c"));
    await vi.waitFor(() => expect(registry.call).toHaveBeenCalled());
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "c" } });
    await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce());
    const started = performance.now();
    expect((await server.finish()).map(({ id }) => id)).toEqual([0]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("the end", () => {
  it("comes at once when nothing runs", async () => {
    const server = start();
    server.input.end();
    await server.done;
    expect(server.replies()).toEqual([]);
    expect(server.logs).toEqual([]);
  });

  it("of the input serves the last line, newline or not", async () => {
    const server = start();
    server.input.write(JSON.stringify(ping(7)));
    expect(await server.finish()).toEqual([{ jsonrpc: "2.0", id: 7, result: {} }]);
  });

  /** A call that answers when told to. */
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

  it.each(["end of input", "stop signal"])("by %s waits for a running call and answers it", async (how) => {
    const { registry, answer } = createPending();
    const server = start(registry);
    server.send(HELLO, callOf(5));
    await vi.waitFor(() => expect(registry.call).toHaveBeenCalled());
    if (how === "stop signal") server.stop.abort();
    else server.input.end();
    setTimeout(answer, 30);
    await server.done;
    expect(server.replies().at(-1)).toMatchObject({ id: 5, result: resultOf({ args: 1 }) });
    expect(server.logs).toEqual([]);
  });

  it.each(["end of input", "stop signal"])("by %s gives a hanging call up after 1.5 s", async (how) => {
    let signal: AbortSignal | undefined;
    const registry = createFakeRegistry((_args, context) => {
      signal = context.signal;
      return forever();
    });
    const server = start(registry);
    server.send(HELLO, callOf(5));
    await vi.waitFor(() => expect(registry.call).toHaveBeenCalled());
    const started = performance.now();
    if (how === "stop signal") server.stop.abort();
    else server.input.end();
    await server.done;
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(1_400);
    expect(took).toBeLessThan(2_000);
    expect(signal?.aborted).toBe(true);
    expect(server.replies().map(({ id }) => id)).toEqual([0]);
  });

  it("has come already when the stop signal is aborted from the start", async () => {
    const registry = createFakeRegistry();
    const input = new PassThrough();
    const logger = pino({ enabled: false });
    await serveStdio({ registry, input, output: new PassThrough(), stop: AbortSignal.abort(), logger });
    expect(registry.call).not.toHaveBeenCalled();
  });

  it("comes when nobody reads the output any more: no throw, nothing written after it", async () => {
    let writes = 0;
    const output = new Writable({
      write(_chunk, _encoding, done) {
        writes += 1;
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    const server = start(createFakeRegistry(), output);
    server.send(ping(1), ping(2), ping(3));
    await server.done;
    expect(writes).toBe(1);
    expect(server.logs).toEqual([]);
  });

  it("comes, with a line in the log, when the input breaks", async () => {
    const server = start();
    server.input.destroy(new Error("EIO"));
    await server.done;
    expect(server.logs).toMatchObject([{ level: 40, msg: "reading stdin failed" }]);
  });
});
