import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Logger } from "../log/logger.ts";
import type { Registry } from "../tools/registry.ts";
import { buildError } from "./build-error.ts";
import type { ConsentOptions } from "./consent-options.ts";
import { type Step, takeWhenIdle } from "./idle.ts";
import { createLanes } from "./lanes.ts";
import { type Line, readLines } from "./lines.ts";
import { parseMessage } from "./parse-message.ts";
import type { Era, Message } from "./pipe.ts";
import { VERSION_KEY } from "./prepared.ts";
import { Requests } from "./requests.ts";

/** Longer lines are refused: no tool takes arguments near this size. */
const MAX_LINE_BYTES = 10 * 1024 * 1024;

/** While the client has more than this left to read, nothing is read from it. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** Clients send SIGTERM two seconds after closing the pipe, some of them much sooner. */
const DRAIN_MS = 1_500;

/** The SDKs send what a call has returned within milliseconds. */
const LAST_ANSWERS_MS = 200;

export interface StdioOptions extends ConsentOptions {
  readonly registry: Registry;
  readonly input: Readable;
  readonly output: Writable;
  /** Aborted when the process is told to stop. */
  readonly stop: AbortSignal;
  readonly logger: Logger;
  /** Code that the first call needs besides an SDK, loaded once a client has its tool list. */
  readonly preload?: readonly Step[];
  /** Ends the work of aborted calls; resolves when each has returned its outcome, which the client still gets. */
  readonly settle?: () => Promise<void>;
  /** False leaves every response to the SDKs, for a test. */
  readonly isPrepared?: boolean;
}

/**
 * Serves MCP over a pair of streams until the input ends or `stop` is aborted, then gives running calls a moment to finish. Each
 * message goes to the SDK of its own era, because a client may try one era and continue in the other on the same pipe. Neither
 * SDK is loaded before the first message that needs it.
 */
export async function serveStdio(options: StdioOptions): Promise<void> {
  const { registry, input, output, stop, logger } = options;
  const requests = new Requests();
  // A client that disconnects closes our output, which ends the session but not the process.
  let broken = false;
  output.on("error", () => {
    broken = true;
    input.destroy();
  });

  const write = (message: object) => {
    if (!broken) output.write(`${JSON.stringify(message)}\n`);
  };
  const { isPrepared = true } = options;
  const preload = [...(options.preload ?? [])];
  const lanes = createLanes({ registry, requests, consent: options, write, isPrepared });

  const deliver = async (era: Era, message: Message) => {
    try {
      await lanes.deliver(era, message);
    } catch (error) {
      logger.error({ err: error }, "a message could not be handled");
      const { id } = message;
      if (isRequest(message) && requests.end(id)) {
        write(
          buildError(-32603, "Internal error: this request was not started; the server's log says why", id),
        );
      }
    }
  };

  const receive = async (message: Message, bytes: number) => {
    const { method, params } = message;
    if (isRequest(message)) {
      const { id } = message;
      const problem = requests.begin(id, message.method, bytes);
      if (problem) return write(buildError(problem.code, problem.message, id));
    } else if (method === "notifications/cancelled") {
      // Only the newer era has subscriptions.
      if (requests.cancel(params?.requestId, params?.reason)) await deliver("v2", message);
      return;
    }
    const era = eraOf(message);
    await deliver(era, message);
    if (method !== "tools/list" || preload.length === 0) return;
    const steps = [() => lanes.open(era), () => import("./describe-client.ts"), ...preload.splice(0)];
    takeWhenIdle(steps, () => requests.isIdle);
  };

  const handleLine = async (line: Line) => {
    const parsed = parseMessage(line, MAX_LINE_BYTES);
    if ("error" in parsed) write(parsed.error);
    else if (parsed.message) await receive(parsed.message, parsed.bytes);
    if (output.writableLength > MAX_UNREAD_BYTES) await once(output, "drain", { signal: stop });
  };

  const onStop = () => void input.destroy();
  stop.addEventListener("abort", onStop, { once: true });
  try {
    if (!stop.aborted) {
      for await (const line of readLines(input, MAX_LINE_BYTES)) await handleLine(line);
    }
  } catch (error) {
    // Destroying the input ends the loop with an error. Any other error ends the session as well.
    if (!stop.aborted && !broken) logger.warn({ err: error }, "reading stdin failed");
  } finally {
    stop.removeEventListener("abort", onStop);
  }
  await requests.whenIdle(DRAIN_MS);
  requests.abortAll();
  if (options.settle) {
    await options.settle();
    await requests.whenIdle(LAST_ANSWERS_MS);
  }
  await lanes.close();
}

function isRequest(message: Message): message is Message & { id: string | number; method: string } {
  return message.method !== undefined && message.id !== undefined;
}

function eraOf({ params }: Message): Era {
  const meta = params?._meta as { [VERSION_KEY]?: unknown } | undefined;
  return meta?.[VERSION_KEY] === undefined ? "v1" : "v2";
}
