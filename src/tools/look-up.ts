import type { Call } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import type { Run } from "./define.ts";

/** A look-up that only makes a result nicer may use this much of the call's time, in milliseconds. */
const BEST_EFFORT_MS = 5_000;

/** And no more than this part of what is left, so that a short deadline still leaves time for the write. */
const BEST_EFFORT_SHARE = 0.25;

/** A look-up that must never stand in the way of a write: undefined, and a note, when it fails. */
export async function lookUp<T>(
  what: string,
  run: Run,
  read: (call: Call) => Promise<T>,
): Promise<T | undefined> {
  const now = run.clock.now();
  const { deadline } = run.call;
  const patience = Math.min(BEST_EFFORT_MS, (deadline - now) * BEST_EFFORT_SHARE);
  try {
    return await read({ ...run.call, deadline: now + patience });
  } catch (error) {
    // A credential that does not work, or a caller who left, ends the whole call; nothing else does.
    if (!(error instanceof Failure) || error.code === "not_authenticated" || error.code === "cancelled")
      throw error;
    run.unchecked.push(`${what} (${error.code})`);
    return undefined;
  }
}
