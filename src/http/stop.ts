import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Gate } from "./gate.ts";

export interface StopTimes {
  /** Time for load balancers to notice that they should stop sending, in milliseconds. */
  readonly delayMs: number;
  /** Time that running requests then get to finish, in milliseconds. */
  readonly drainMs: number;
}

/**
 * The share of the delay in which requests still run. In the rest they are refused, so that none is cut off when connections
 * close.
 */
const LEAVING_SHARE = 2 / 3;

const SWEEP_MS = 50;

const LAST_WORDS_MS = 1_000;

/**
 * Stops the server without an interruption for callers, if there is another replica. Resolves when the last connection has ended,
 * and every call.
 * @param settled resolves when no call is running: one can outlive its connection.
 */
export async function stopServing(
  server: Server,
  gate: Gate,
  { delayMs, drainMs }: StopTimes,
  settled: () => Promise<void>,
): Promise<void> {
  if (delayMs > 0) {
    gate.enter("leaving");
    await pause(delayMs * LEAVING_SHARE);
    gate.enter("refusing");
    await pause(delayMs * (1 - LEAVING_SHARE));
  }
  gate.enter("closed");
  const closed = once(server, "close");
  server.close();
  // A connection whose stream began before the stop becomes unused only when that stream ends.
  const sweep = setInterval(() => gate.closeUnused(), SWEEP_MS);
  // Aborted calls still report their outcome. Connections that do not accept it are closed after that.
  const giveUp = setTimeout(() => gate.endCalls(), drainMs);
  const hangUp = setTimeout(() => server.closeAllConnections(), drainMs + LAST_WORDS_MS);
  await closed;
  await settled();
  clearInterval(sweep);
  clearTimeout(giveUp);
  clearTimeout(hangUp);
}
