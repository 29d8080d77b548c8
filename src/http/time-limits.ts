import type { ServerResponse } from "node:http";

export interface TimeLimits {
  /** For the head of a request to arrive, and for a new connection to send one. */
  readonly headersMs: number;
  /** For a request to arrive whole. */
  readonly requestMs: number;
  /** How often those two are checked. */
  readonly checkMs: number;
  /** For a connection between two requests; longer than proxies keep theirs, so that they never send on one that is closing. */
  readonly idleMs: number;
  /** For a caller to take the next piece of an answer. */
  readonly takeMs: number;
  /** For a request from its head to its end, whatever happens. */
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

/** Closes the connection of a caller who does not read the answer, and ends any request that takes too long. */
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
