import { type Clock, systemClock } from "../../src/clock.ts";

export interface ShiftedClock extends Clock {
  /** Puts the clock forward by `ms` milliseconds; timers run in real time. */
  advance(ms: number): void;
  /** Sets the machine's clock forward, or back, by `ms` milliseconds; nothing passes by that. */
  set(ms: number): void;
}

/** For real connections, to skip pauses in which nothing happens: the real clock, put forward by the test. */
export function createShiftedClock(): ShiftedClock {
  let ahead = 0;
  let shift = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + ahead + shift,
    steady: () => performance.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
    set(ms) {
      shift += ms;
    },
  };
}
