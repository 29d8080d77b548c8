import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Secret } from "../config/credential.ts";
import type { Logger } from "../log/logger.ts";
import type { Registry } from "../tools/registry.ts";
import { buildError } from "./build-error.ts";
import { readLines } from "./lines.ts";
import { parseMessage } from "./parse-message.ts";
import { type Message, Pipe } from "./pipe.ts";
import { Requests } from "./requests.ts";

/** Longer lines are refused: no tool takes arguments near this size. */
const MAX_LINE_BYTES = 10 * 1024 * 1024;

/** While the client has more than this left to read, nothing is read from it. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** Clients send SIGTERM two seconds after closing the pipe, some much sooner. */
const DRAIN_MS = 1_500;

/** Each request of the 2026 era names its revision here; nothing of the 2025 era does. */
const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

export interface StdioOptions {
  readonly registry: Registry;
  readonly input: Readable;
  readonly output: Writable;
  /** Aborted when the process is told to stop. */
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
 * Serves MCP over a pair of streams until the input ends or `stop` is aborted, then gives running calls a moment
 * to finish. Each message goes to the SDK of its own era, because a client may try one era and continue in the other on
 * the same pipe; neither SDK is loaded before its first message.
 */
export async function serveStdio(options: StdioOptions): Promise<void> {
  const { registry, input, output, stop, logger } = options;
  const requests = new Requests();
  // A client that went away closes our output; that ends the session, not the process.
  let broken = false;
  output.on("error", () => {
    broken = true;
    input.destroy();
  });

  const write = (message: object) => {
    if (!broken) output.write(`${JSON.stringify(message)}\n`);
  };
  const openLane = (serve: (pipe: Pipe) => Promise<unknown>): Lane => {
    const pipe = new Pipe((message) => {
      if (message.method !== undefined || requests.end(message.id)) write(message);
    });
    return { pipe, ready: serve(pipe) };
  };
  const lanes: { v1?: Lane; v2?: Lane } = {};
  const open = {
    v1: () => openLane(async (pipe) => (await import("./v1.ts")).serveV1(registry, pipe, requests.signalOf)),
    v2: () =>
      openLane(async (pipe) =>
        (await import("./v2-stdio.ts")).serveV2(registry, pipe, options.stateKey, requests.signalOf),
      ),
  };

  const deliver = async (era: "v1" | "v2", message: Message) => {
    lanes[era] ??= open[era]();
    const { ready, pipe } = lanes[era];
    try {
      await ready;
    } catch (error) {
      // The next message tries again.
      delete lanes[era];
      throw error;
    }
    pipe.deliver(message);
  };

  const receive = async (message: Message, bytes: number) => {
    const { id, method, params } = message;
    const isRequest = method !== undefined && id !== undefined;
    const problem = isRequest && requests.begin(id, method, bytes);
    if (problem) return write(buildError(problem.code, problem.message, id));
    const meta = params?._meta as { [VERSION_KEY]?: unknown } | undefined;
    let era: "v1" | "v2" = meta?.[VERSION_KEY] === undefined ? "v1" : "v2";
    if (method === "notifications/cancelled" && !isRequest) {
      if (!requests.cancel(params?.requestId, params?.reason)) return;
      // Only the newer era has subscriptions.
      era = "v2";
    }
    try {
      await deliver(era, message);
    } catch (error) {
      logger.error({ err: error }, "a message could not be handled");
      if (isRequest && requests.end(id)) {
        write(
          buildError(-32603, "Internal error: this request was not started; the server's log says why", id),
        );
      }
    }
  };

  const onStop = () => void input.destroy();
  stop.addEventListener("abort", onStop, { once: true });
  try {
    if (!stop.aborted) {
      for await (const line of readLines(input, MAX_LINE_BYTES)) {
        const parsed = parseMessage(line, MAX_LINE_BYTES);
        if ("error" in parsed) write(parsed.error);
        else if (parsed.message) await receive(parsed.message, parsed.bytes);
        if (output.writableLength > MAX_UNREAD_BYTES) await once(output, "drain", { signal: stop });
      }
    }
  } catch (error) {
    // Destroying the input ends the loop with an error. Any other error ends the session as well.
    if (!stop.aborted && !broken) logger.warn({ err: error }, "reading stdin failed");
  } finally {
    stop.removeEventListener("abort", onStop);
  }
  await requests.whenIdle(DRAIN_MS);
  await Promise.all([lanes.v1?.pipe.close(), lanes.v2?.pipe.close()]);
  requests.abortAll();
}
