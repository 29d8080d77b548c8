import type { C1Api, Call, ConnectorOwnerRef } from "../c1/port.ts";
import { sleep } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Run, ToolContext } from "./define.ts";

const FIRST_PAUSE_MS = 1_000;
const PAUSE_MS = 5_000;
const PROGRESS_EVERY_MS = 10_000;

/** What one look may take: together with a pause no more than the time between two words of progress. */
const LOOK_MS = PROGRESS_EVERY_MS - PAUSE_MS;

/**
 * Waits until C1 shows the owner's row. The add was accepted, so nothing that happens here is a failure: neither the end of
 * the time nor a caller who stops waiting.
 */
export async function waitForOwner(
  ref: ConnectorOwnerRef,
  seconds: number,
  { api, clock }: Run,
  context: ToolContext,
): Promise<{ visible: boolean; next?: string }> {
  const started = clock.now();
  const deadline = started + seconds * 1000;
  let told = started;
  for (let pause = FIRST_PAUSE_MS; ; pause = PAUSE_MS) {
    const call: Call = { signal: context.signal, deadline: Math.min(deadline, clock.now() + LOOK_MS) };
    if (await isVisible(ref, api, call)) return { visible: true };
    const left = deadline - clock.now();
    if (left <= 0 || context.signal.aborted) break;
    await sleep(clock, Math.min(pause, left), context.signal).catch(() => undefined);
    if (clock.now() - told >= PROGRESS_EVERY_MS) {
      told = clock.now();
      const elapsed = Math.round((told - started) / 1000);
      context.progress({ progress: elapsed, total: seconds, message: "Waiting for C1 to show the owner" });
    }
  }
  return {
    visible: false,
    next: "Accepted, not visible yet: C1 may take minutes. find_connectors shows the owners.",
  };
}

async function isVisible(ref: ConnectorOwnerRef, api: C1Api, call: Call): Promise<boolean> {
  try {
    await api.connectorOwners.get(ref, call);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
