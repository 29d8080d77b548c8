import { type Clock, systemClock } from "../../src/clock.ts";

export interface ShiftedClock extends Clock {
  /** Puts the clock forward by `ms` milliseconds; timers run in real time. */
  advance(ms: number): void;
}

/** For real connections, to skip pauses in which nothing happens: the real clock, put forward by the test. */
export function createShiftedClock(): ShiftedClock {
  let ahead = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + ahead,
    steady: () => performance.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}
