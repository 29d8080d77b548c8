import type { Clock } from "../../src/clock.ts";
import { createFakeClock } from "../support/fake-clock.ts";

/** More than any call may need: work that goes on for longer does not end. */
const MAX_LEAPS = 20_000;

/** The same for turns in which there is no timer to go on to. */
const MAX_IDLE = 10_000_000;

export interface LeapingClock extends Clock {
  /** Goes on to the next timer, and the next, whenever everything else waits for one, until the work is done. */
  lapse<T>(work: Promise<T>): Promise<T>;
}

/** For a whole call in memory: a fake clock that moves by itself, so that a minute of waiting takes as long as the work in it. */
export function createLeapingClock(): LeapingClock {
  const clock = createFakeClock();
  return {
    now: clock.now,
    after: clock.after,
    async lapse(work) {
      let done = false;
      const end = () => {
        done = true;
      };
      work.then(end, end);
      for (let leaps = 0, idle = 0; leaps < MAX_LEAPS && idle < MAX_IDLE; ) {
        await new Promise(setImmediate);
        if (done) return work;
        // Without a timer something real is waited for, such as a module that is loaded on first use.
        if (clock.pending() === 0) {
          idle += 1;
          continue;
        }
        leaps += 1;
        clock.advance(Math.max(0, Math.min(...clock.waiting())));
      }
      throw new Error("the work does not end");
    },
  };
}
