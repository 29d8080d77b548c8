import { setMaxListeners } from "node:events";
import type { Clock } from "../clock.ts";

/** The longest delay a Node timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** When a piece of work must end. `deadline` is in milliseconds since the epoch. */
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

/** Joins cancellation and deadline in one signal. */
export function startLimit({ signal, deadline }: Limits, clock: Clock): RunningLimit {
  const controller = new AbortController();
  // A call may make many requests at once; Node would print a warning about its signal's listeners.
  setMaxListeners(0, signal);
  const abort = () => controller.abort();
  const left = deadline - clock.now();
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

/** "1 second", "0.2 seconds", "45 seconds". */
export function formatSeconds(ms: number): string {
  const seconds = ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000);
  return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
}
