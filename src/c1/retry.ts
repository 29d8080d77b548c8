import { type Clock, type Limits, readSteady, sleep, startLimit } from "../clock.ts";
import { Failure } from "../errors.ts";

const MAX_RETRIES = 4;
const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

/** Time that must remain after a pause for the next attempt to have a chance, in milliseconds. */
const ROOM_TO_SEND_MS = 1_000;

export type AttemptResult<T> =
  | { readonly ok: true; readonly value: T }
  /**
   * `again`: C1 certainly did not run it, or running it twice is harmless, and another attempt may succeed. `isCut`: time ran out
   * before it was sent.
   */
  | { readonly ok: false; readonly failure: Failure; readonly again: boolean; readonly isCut?: boolean };

export interface RetryOptions {
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  readonly random: () => number;
}

/**
 * Repeats `attempt` while its failure is repeatable and a pause fits before the deadline; otherwise throws the failure. Waits for
 * the failure's `retryAfterSeconds` if it has one, else exponentially longer with full jitter. An attempt that was cut short tells
 * less than the one before it.
 */
export async function withRetries<T>(
  attempt: () => Promise<AttemptResult<T>>,
  limits: Limits,
  { clock, random }: RetryOptions,
): Promise<T> {
  let before: Failure | undefined;
  for (let tries = 0; ; tries += 1) {
    const result = await attempt();
    if (result.ok) return result.value;
    const { failure, again, isCut } = result;
    if (isCut) throw before ?? failure;
    before = failure;
    if (!again || tries === MAX_RETRIES) throw failure;
    const { retryAfterSeconds } = failure;
    const delay =
      retryAfterSeconds === undefined
        ? random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** tries)
        : retryAfterSeconds * 1000;
    if (readSteady(clock) + delay + ROOM_TO_SEND_MS > limits.deadline) throw failure;
    await wait(delay, limits, clock);
  }
}

async function wait(ms: number, limits: Limits, clock: Clock): Promise<void> {
  const limit = startLimit(limits, clock);
  try {
    await sleep(clock, ms, limit.signal);
  } catch {
    throw new Failure("cancelled", "The call was cancelled while it waited to try again.");
  } finally {
    limit.stop();
  }
}

/** Longer pauses make no sense, in seconds. */
const MAX_RETRY_AFTER = 86_400;

/** Reads a Retry-After header: seconds or an HTTP date. Undefined if it is absent, names no time to come, or makes no sense. */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  const isNumber = /^\d+(\.\d+)?$/.test(text);
  // Without a month it is no date, although Date.parse takes "-1" for one.
  if (!isNumber && !/[a-z]{3}/i.test(text)) return undefined;
  const seconds = Math.ceil(isNumber ? Number(text) : (Date.parse(text) - now) / 1000);
  return seconds > 0 && seconds <= MAX_RETRY_AFTER ? seconds : undefined;
}
