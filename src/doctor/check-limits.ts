import type { Call } from "../c1/port.ts";
import { readSteady, waitWithin } from "../clock.ts";
import { CHECK_LIMIT_MS, type Setup } from "./setup.ts";

/** The limits of one check's requests. */
export function checkLimits({ signal, clock }: Setup): Call {
  return { signal, deadline: readSteady(clock) + CHECK_LIMIT_MS };
}

/** Waits for work that cannot be aborted, but no longer than a check may take. */
export function within<T>(setup: Setup, work: Promise<T>): Promise<T> {
  return waitWithin(work, checkLimits(setup), setup.clock, () => new Error("no answer in time"));
}
