import { type Clock, systemClock } from "../../src/clock.ts";

export interface ShiftedClock extends Clock {
  /** Puts the clock forward by so many milliseconds; timers go on by real time. */
  advance(ms: number): void;
}

/** For real connections and long pauses in which nothing happens: the real clock, as far ahead as a test wants it. */
export function createShiftedClock(): ShiftedClock {
  let ahead = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}
