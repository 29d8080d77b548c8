import type { Clock } from "../../src/clock.ts";
import { createFakeClock } from "../support/fake-clock.ts";

/** More timers than any call needs: work that waits for more of them never ends. */
const MAX_LEAPS = 20_000;

/** The same for turns of the event loop in which no timer is set. */
const MAX_IDLE = 10_000_000;

export interface LeapingClock extends Clock {
  /** Advances to the next timer whenever nothing else is running, until the work is done. */
  lapse<T>(work: Promise<T>): Promise<T>;
}

/** For whole calls in memory: a fake clock that advances by itself, so that waiting takes no real time. */
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
        // Without a timer, the work waits for something real, such as a module that is loaded on first use.
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
