import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Gate } from "./gate.ts";

export interface StopLimits {
  /** How long load balancers get to see that no more should be sent. */
  readonly delayMs: number;
  /** How long running requests may then take. */
  readonly drainMs: number;
}

/** The part of the delay in which requests are still run; in the rest they are refused, so that none is lost in a closing door. */
const LEAVING_SHARE = 2 / 3;

const SWEEP_MS = 50;

const LAST_WORDS_MS = 1_000;

/** Stops a server so that nobody notices who can ask another. Resolves when the last connection has ended. */
export async function stopServing(
  server: Server,
  gate: Gate,
  { delayMs, drainMs }: StopLimits,
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
  // The connection of a stream that began before is idle again when it has ended.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  // Calls that are ended still say what became of them; who does not listen is hung up on.
  const giveUp = setTimeout(() => gate.endCalls(), drainMs);
  const hangUp = setTimeout(() => server.closeAllConnections(), drainMs + LAST_WORDS_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(giveUp);
  clearTimeout(hangUp);
}
