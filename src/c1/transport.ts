import type { Dispatcher } from "undici";
import { type Clock, type Limits, readSteady, startLimit } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { upstreamEnded } from "../log/signals.ts";
import { sendFollowed, traceHeaders } from "../log/trace.ts";
import { NAME, VERSION } from "../version.ts";
import { findProxies, openDispatcher } from "./dispatcher.ts";
import { type Exchange, exchange, type Outgoing } from "./exchange.ts";

export interface TransportOptions {
  /** An origin: scheme, host and port. */
  readonly serverUrl: string;
  readonly maxResponseBytes: number;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A request and its purpose, in words that may be logged. */
export interface NamedRequest extends Outgoing {
  readonly operation: string;
}

export interface Transport {
  readonly host: string;
  readonly proxied: boolean;
  /** Sends one request within the limits; rejects only if this process cannot send at all. */
  send(request: NamedRequest, limits: Limits): Promise<Exchange>;
  close(): Promise<void>;
}

/** The only way out of this process to C1. Connects on the first request. */
export function createTransport(options: TransportOptions): Transport {
  const { serverUrl, maxResponseBytes, redactor, logger, clock } = options;
  const { host, origin } = new URL(serverUrl);
  const proxies = findProxies(serverUrl, process.env);
  let opening: Promise<Dispatcher> | undefined;
  let closed = false;

  function open(): Promise<Dispatcher> {
    opening ??= openDispatcher(proxies, redactor).catch((cause: unknown) => {
      opening = undefined;
      throw new Failure("unavailable", "The HTTP client could not be started.", {
        next: "Check the proxy address in HTTPS_PROXY or HTTP_PROXY.",
        cause,
      });
    });
    return opening;
  }

  async function send({ operation, ...outgoing }: NamedRequest, limits: Limits): Promise<Exchange> {
    if (closed)
      throw new Failure(
        "unavailable",
        `The connection to ${host} was closed, because the server is stopping.`,
      );
    const wire = { dispatcher: await open(), origin, maxResponseBytes };
    const exchangeNow = () => {
      const headers = {
        accept: "application/json",
        "user-agent": `${NAME}/${VERSION}`,
        ...traceHeaders(),
        ...outgoing.headers,
      };
      return exchange(wire, { ...outgoing, headers }, limit.signal);
    };
    const limit = startLimit(limits, clock);
    const started = readSteady(clock);
    try {
      const result = await sendFollowed({ operation, method: outgoing.method, host }, exchangeNow);
      const ended = result.kind === "answer" ? { status: result.status } : { broken: result.reason };
      const ms = Math.round(readSteady(clock) - started);
      upstreamEnded.tell({ operation, ms, ...(result.kind === "answer" && { status: result.status }) });
      logger.debug({ operation, method: outgoing.method, ...ended, ms }, "C1 request");
      return result;
    } finally {
      limit.stop();
    }
  }

  return {
    host,
    proxied: proxies !== undefined,
    send,
    async close() {
      closed = true;
      await (await opening)?.destroy();
    },
  };
}
