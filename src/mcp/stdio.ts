import type { Readable, Writable } from "node:stream";
import type { Logger } from "../log/logger.ts";
import type { Registry } from "../tools/registry.ts";
import { readLines } from "./lines.ts";
import { type Message, Pipe } from "./pipe.ts";

/** Longer lines are refused: no tool takes arguments near this size. */
const MAX_LINE_BYTES = 10 * 1024 * 1024;

/** Clients send SIGTERM two seconds after closing the pipe, some much sooner. */
const DRAIN_MS = 1_500;

export interface StdioOptions {
  readonly registry: Registry;
  readonly input: Readable;
  readonly output: Writable;
  /** Aborted when the process was told to stop. */
  readonly stop: AbortSignal;
  readonly logger: Logger;
}

/**
 * Serves MCP over a pair of streams until the input ends or `stop` is aborted, then lets running calls finish for a
 * moment. No SDK is loaded before the first message.
 */
export async function serveStdio({ registry, input, output, stop, logger }: StdioOptions): Promise<void> {
  const running = new Set<string | number>();
  let idle: (() => void) | undefined;
  // A client that went away closes our output; that ends the session, not the process.
  let broken = false;
  output.on("error", () => {
    broken = true;
    input.destroy();
  });

  const write = (message: object) => {
    if (!broken) output.write(`${JSON.stringify(message)}\n`);
  };
  const settle = (id: string | number | undefined) => {
    if (id !== undefined && running.delete(id) && running.size === 0) idle?.();
  };
  const pipe = new Pipe((message) => {
    write(message);
    if (message.method === undefined) settle(message.id);
  });
  let lane: Promise<unknown> | undefined;

  const receive = (message: Message) => {
    if (message.method !== undefined && message.id !== undefined) running.add(message.id);
    lane ??= import("./v1.ts").then(({ serveV1 }) => serveV1(registry, pipe));
    void lane.then(() => {
      pipe.deliver(message);
      // A cancelled request is never answered.
      if (message.method === "notifications/cancelled") settle(message.params?.requestId as string | number);
    });
  };

  const onStop = () => void input.destroy();
  stop.addEventListener("abort", onStop, { once: true });
  try {
    if (!stop.aborted) {
      for await (const line of readLines(input, MAX_LINE_BYTES)) {
        const parsed = parseLine(line);
        if ("error" in parsed) write(parsed);
        else if (parsed.message) receive(parsed.message);
      }
    }
  } catch (error) {
    // Destroying the input ends the loop this way; anything else ends the session just the same.
    if (!stop.aborted && !broken) logger.warn({ err: error }, "reading stdin failed");
  } finally {
    stop.removeEventListener("abort", onStop);
  }
  await drain(running, (done) => {
    idle = done;
  });
  await pipe.close();
}

/** A message, nothing for a blank line, or the JSON-RPC error to answer with. */
function parseLine(line: { text: string } | { tooLong: true }): { message?: Message } | { error: object } {
  if ("tooLong" in line) return refuse(-32600, `Message longer than ${MAX_LINE_BYTES} bytes`);
  const text = line.text.trim();
  if (text === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(-32700, "Parse error: each line must be one JSON-RPC message");
  }
  return isMessage(value)
    ? { message: value }
    : refuse(-32600, "Invalid request: not a JSON-RPC 2.0 message");
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { jsonrpc, id, method, params } = value as Record<string, unknown>;
  if (jsonrpc !== "2.0") return false;
  if (id !== undefined && typeof id !== "string" && !Number.isInteger(id)) return false;
  if (params !== undefined && (typeof params !== "object" || params === null)) return false;
  return typeof method === "string" || (method === undefined && ("result" in value || "error" in value));
}

function refuse(code: number, message: string) {
  return { jsonrpc: "2.0", id: null, error: { code, message } };
}

function drain(running: ReadonlySet<unknown>, onIdle: (done: () => void) => void): Promise<void> {
  if (running.size === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS);
    onIdle(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
