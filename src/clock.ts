import { setMaxListeners } from "node:events";

/** Time as the rest of the code sees it, so that tests can advance it without sleeping. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds since some moment, whatever becomes of the machine's clock. Absent if `now` is as steady. */
  steady?(): number;
  /** Calls `run` once after `ms` milliseconds; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * A time to measure by how long something takes, because the machine's clock may be set meanwhile. In milliseconds; useful only
 * beside another such time.
 */
export function readSteady({ now, steady = now }: Pick<Clock, "now" | "steady">): number {
  return steady();
}

/** How many milliseconds have passed since then. */
export type Age = () => number;

/**
 * The age of something that may be relied on only for a time, by whichever clock says more. The machine's clock may be set back,
 * and the steady one may stand still while the machine sleeps.
 */
export function startAge(clock: Pick<Clock, "now" | "steady">): Age {
  const began = clock.now();
  const steadilyBegan = readSteady(clock);
  return () => Math.max(clock.now() - began, readSteady(clock) - steadilyBegan);
}

/** Waits `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = clock.after(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    const onAbort = () => {
      stop();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** The longest delay a Node timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Limits of a piece of work. `deadline` is a time by `readSteady`. */
export interface Limits {
  readonly signal: AbortSignal;
  readonly deadline: number;
}

export interface RunningLimit {
  /** Aborted by the caller's signal or when the deadline passes, whichever comes first. */
  readonly signal: AbortSignal;
  /** Must be called when the work has ended. */
  stop(): void;
}

/** Combines cancellation and deadline into one signal. */
export function startLimit({ signal, deadline }: Limits, clock: Clock): RunningLimit {
  const controller = new AbortController();
  // A call may make many concurrent requests; Node would warn about the number of listeners on its signal.
  setMaxListeners(0, signal);
  const abort = () => controller.abort();
  const left = deadline - readSteady(clock);
  if (signal.aborted || left <= 0) abort();
  const stopTimer = clock.after(Math.min(Math.max(left, 0), MAX_TIMER_MS), abort);
  signal.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    stop() {
      stopTimer();
      signal.removeEventListener("abort", abort);
    },
  };
}

/**
 * Waits for work that others may share, but no longer than the waiter's own limits; the work itself continues. Rejects as the
 * work does, or with the error that `giveUp` makes from the reason.
 */
export async function waitWithin<T>(
  work: Promise<T>,
  limits: Limits,
  clock: Clock,
  giveUp: (reason: "cancelled" | "too late") => Error,
): Promise<T> {
  if (limits.signal.aborted) {
    // Nobody waits for the work here any more, and an unhandled rejection would end the process.
    work.catch(() => undefined);
    throw giveUp("cancelled");
  }
  const limit = startLimit(limits, clock);
  let onAbort = () => {};
  const over = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(giveUp(limits.signal.aborted ? "cancelled" : "too late"));
    if (limit.signal.aborted) onAbort();
    else limit.signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    limit.signal.removeEventListener("abort", onAbort);
    limit.stop();
  }
}
