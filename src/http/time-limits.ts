import type { ServerResponse } from "node:http";

export interface TimeLimits {
  /** Limit for a request's head to arrive, and for a new connection to send one. */
  readonly headersMs: number;
  /** Limit for the complete request to arrive. */
  readonly requestMs: number;
  /** How often the two limits above are checked. */
  readonly checkMs: number;
  /** Keep-alive time between two requests. Longer than that of proxies, so that they never send on a closing connection. */
  readonly idleMs: number;
  /** Limit for a caller to accept the next chunk of a response. */
  readonly takeMs: number;
  /** Limit for a request from its head to its end, whatever happens. */
  readonly totalMs: number;
  readonly maxConnections: number;
}

export const TIME_LIMITS: TimeLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 1_000,
  idleMs: 75_000,
  takeMs: 30_000,
  totalMs: 900_000,
  maxConnections: 2_000,
};

/** Closes the connection of a caller who does not read the response, and ends any request that takes too long. */
export function limitTime(response: ServerResponse, { takeMs, totalMs }: TimeLimits): void {
  let left = 0;
  const watch = setInterval(() => {
    const before = left;
    left = response.socket?.writableLength ?? 0;
    if (left > 0 && left === before) response.destroy();
  }, takeMs);
  const end = setTimeout(() => response.destroy(), totalMs);
  response.once("close", () => {
    clearInterval(watch);
    clearTimeout(end);
  });
}
