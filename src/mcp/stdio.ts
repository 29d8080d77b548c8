import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Secret } from "../config/credential.ts";
import type { Logger } from "../log/logger.ts";
import type { Registry } from "../tools/registry.ts";
import { readLines } from "./lines.ts";
import { type Message, Pipe } from "./pipe.ts";

/** Longer lines are refused: no tool takes arguments near this size. */
const MAX_LINE_BYTES = 10 * 1024 * 1024;

/** Requests beyond these are refused, so that memory has a bound whatever the client does. */
const MAX_RUNNING = 1_000;

/** When the client has so much left to read, it is not listened to until it has read. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** Clients send SIGTERM two seconds after closing the pipe, some much sooner. */
const DRAIN_MS = 1_500;

/** Each request of the 2026 era names its revision here; nothing of the 2025 era does. */
const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

export interface StdioOptions {
  readonly registry: Registry;
  readonly input: Readable;
  readonly output: Writable;
  /** Aborted when the process was told to stop. */
  readonly stop: AbortSignal;
  readonly logger: Logger;
  /** Signs the state that clients of the 2026 era carry. */
  readonly stateKey?: Secret | undefined;
}

/** One protocol era on our pipe. */
interface Lane {
  readonly pipe: Pipe;
  readonly ready: Promise<unknown>;
}

/**
 * Serves MCP over a pair of streams until the input ends or `stop` is aborted, then lets running calls finish for a
 * moment. Each message goes to the SDK of its own era, because a client may try one and go on with the other on the same
 * pipe; neither SDK is loaded before its first message.
 */
export async function serveStdio(options: StdioOptions): Promise<void> {
  const { registry, input, output, stop, logger } = options;
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
  const settle = (id: unknown) => {
    if (running.delete(id as string | number) && running.size === 0) idle?.();
  };
  const openLane = (serve: (pipe: Pipe) => Promise<unknown>): Lane => {
    const pipe = new Pipe((message) => {
      write(message);
      if (message.method === undefined) settle(message.id);
    });
    return { pipe, ready: serve(pipe) };
  };
  const lanes: { v1?: Lane; v2?: Lane } = {};
  const open = {
    v1: () => openLane(async (pipe) => (await import("./v1.ts")).serveV1(registry, pipe)),
    v2: () =>
      openLane(async (pipe) => (await import("./v2-stdio.ts")).serveV2(registry, pipe, options.stateKey)),
  };
  const deliver = ({ ready, pipe }: Lane, message: Message) => {
    ready
      .then(() => pipe.deliver(message))
      .catch((error: unknown) => logger.error({ err: error }, "a message could not be handled"));
  };

  const receive = (message: Message) => {
    const isRequest = message.method !== undefined && message.id !== undefined;
    if (isRequest && running.size >= MAX_RUNNING) {
      return write(
        refuse(-32000, `${MAX_RUNNING} requests are running; this one was not started`, message.id),
      );
    }
    const meta = message.params?._meta as { [VERSION_KEY]?: unknown } | undefined;
    if (message.method === "notifications/cancelled" && meta?.[VERSION_KEY] === undefined) {
      for (const lane of [lanes.v1, lanes.v2]) if (lane) deliver(lane, message);
    } else {
      const era = meta?.[VERSION_KEY] === undefined ? "v1" : "v2";
      lanes[era] ??= open[era]();
      if (isRequest) running.add(message.id as string | number);
      deliver(lanes[era], message);
    }
    // A cancelled request is never answered.
    if (message.method === "notifications/cancelled") settle(message.params?.requestId);
  };

  const onStop = () => void input.destroy();
  stop.addEventListener("abort", onStop, { once: true });
  try {
    if (!stop.aborted) {
      for await (const line of readLines(input, MAX_LINE_BYTES)) {
        const parsed = parseLine(line);
        if ("error" in parsed) write(parsed);
        else if (parsed.message) receive(parsed.message);
        if (output.writableLength > MAX_UNREAD_BYTES) await once(output, "drain", { signal: stop });
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
  await Promise.all([lanes.v1?.pipe.close(), lanes.v2?.pipe.close()]);
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
    : refuse(-32600, "Invalid request: not a JSON-RPC 2.0 message", readId(value));
}

const REQUEST_KEYS = ["jsonrpc", "id", "method", "params"];

/** What the SDKs take for a message. They drop anything else without a word, and the client would wait for ever. */
function isMessage(value: unknown): value is Message {
  if (!isObject(value) || value.jsonrpc !== "2.0") return false;
  const { id, method, params } = value;
  if (id !== undefined && !isId(id)) return false;
  if (method === undefined) return "result" in value || "error" in value;
  if (typeof method !== "string" || Object.keys(value).some((key) => !REQUEST_KEYS.includes(key)))
    return false;
  if (params === undefined) return true;
  if (!isObject(params)) return false;
  const { _meta: meta } = params;
  return (
    meta === undefined || (isObject(meta) && (meta.progressToken === undefined || isId(meta.progressToken)))
  );
}

/** The id of a request that is wrong in some other way, so that the client learns which of its calls failed. */
function readId(value: unknown): string | number | null {
  return isObject(value) && "method" in value && isId(value.id) ? value.id : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string | number {
  return typeof value === "string" || Number.isSafeInteger(value);
}

function refuse(code: number, message: string, id: string | number | null = null) {
  return { jsonrpc: "2.0", id, error: { code, message } };
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
