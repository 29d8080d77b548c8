import { once } from "node:events";
import { PassThrough, type Writable } from "node:stream";
import { pino } from "pino";
import { serveStdio } from "../../src/mcp/stdio.ts";
import type { ToolResult } from "../../src/tools/job.ts";
import type { Registry } from "../../src/tools/registry.ts";
import { createFakeRegistry } from "./fake-registry.ts";
import { waitFor } from "./wait-for.ts";

/** Less than a test may take. */
const GIVE_UP_MS = 45_000;

type Reply = {
  jsonrpc: string;
  id: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
};

export const HELLO = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "tester", version: "1.2" } },
};
export const ping = (id: unknown) => ({ jsonrpc: "2.0", id, method: "ping" });
export const callOf = (id: unknown, name = "echo", args: object = {}) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: args },
});
/** A call that never ends. */
export const forever = () => new Promise<ToolResult>(() => undefined);

/** Loads the SDKs in advance: on a busy machine, the first call could otherwise take longer than the test waits. */
export async function readSdks(...calls: readonly object[]): Promise<void> {
  const server = startStdio();
  server.send(...calls);
  await waitFor(() => {
    if (server.replies().length < calls.length) throw new Error("not all answered yet");
  });
  await server.finish();
}

/** Serves a registry over a pair of streams. */
export function startStdio(
  registry: Registry = createFakeRegistry(),
  output: Writable = new PassThrough(),
  settle?: () => Promise<void>,
) {
  const input = new PassThrough();
  const stop = new AbortController();
  const logs: object[] = [];
  const logger = pino({ level: "trace" }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  const received: Reply[] = [];
  let rest = "";
  output.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    received.push(...lines.map((line) => JSON.parse(line) as Reply));
  });
  const done = serveStdio({ registry, input, output, stop: stop.signal, logger, ...(settle && { settle }) });
  const replies = () => [...received];
  return {
    input,
    stop,
    logs,
    done,
    replies,
    send: (...messages: unknown[]) =>
      void input.write(messages.map((one) => `${JSON.stringify(one)}\n`).join("")),
    /** Looks only when something arrives: with thousands of replies, polling would take longer than the calls. */
    async replyTo(id: unknown) {
      const signal = AbortSignal.timeout(GIVE_UP_MS);
      for (;;) {
        const reply = received.find((one) => one.id === id);
        if (reply) return reply;
        await once(output, "data", { signal });
      }
    },
    /** Ends the input and returns all replies. */
    async finish() {
      input.end();
      await done;
      return replies();
    },
  };
}
