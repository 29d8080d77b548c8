import type { Call } from "../c1/port.ts";
import { readSteady } from "../clock.ts";
import { Failure } from "../errors.ts";
import { noteAbsent } from "./blame-absent.ts";
import type { Run } from "./job.ts";

/** The most of the call's time that an optional look-up may use, in milliseconds. */
const BEST_EFFORT_MS = 5_000;

/** And at most this share of the remaining time, so that a short deadline still leaves time for the write. */
const BEST_EFFORT_SHARE = 0.25;

/**
 * An optional look-up, which must never block a write: if it fails, returns undefined and adds a note.
 * @param field the argument whose id is looked up: if C1 does not know it, that may explain a later failure.
 */
export async function lookUp<T>(
  what: string,
  run: Run,
  read: (call: Call) => Promise<T>,
  field?: string,
): Promise<T | undefined> {
  const now = readSteady(run.clock);
  const { deadline } = run.call;
  const patience = Math.min(BEST_EFFORT_MS, (deadline - now) * BEST_EFFORT_SHARE);
  try {
    return await read({ ...run.call, deadline: now + patience });
  } catch (error) {
    // A credential that does not work, or a caller who left, ends the whole call; nothing else does.
    if (!(error instanceof Failure) || error.code === "not_authenticated" || error.code === "cancelled")
      throw error;
    const isAbsent = field !== undefined && error.code === "not_found";
    if (isAbsent) run.absent.push(field);
    run.unchecked.push(isAbsent ? noteAbsent(field) : `${what} (${error.code})`);
    return undefined;
  }
}
