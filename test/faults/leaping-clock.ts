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

/** A fake clock that moves by itself: a minute of waiting takes as long as what is done in it. */
export function createLeapingClock(): LeapingClock {
  const clock = createFakeClock();
  const timers = new Set<{ at: number }>();
  return {
    now: clock.now,
    after(ms, run) {
      const timer = { at: clock.now() + ms };
      timers.add(timer);
      const stop = clock.after(ms, () => {
        timers.delete(timer);
        run();
      });
      return () => {
        timers.delete(timer);
        stop();
      };
    },
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
        if (timers.size === 0) {
          idle += 1;
          continue;
        }
        leaps += 1;
        clock.advance(Math.max(0, Math.min(...[...timers].map(({ at }) => at)) - clock.now()));
      }
      throw new Error("the work does not end");
    },
  };
}
