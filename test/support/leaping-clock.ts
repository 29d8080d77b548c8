import type { Clock } from "../../src/clock.ts";
import { createFakeClock } from "./fake-clock.ts";
import { watchUnderway } from "./underway.ts";

/** After this many turns of the event loop in which nothing was underway, everything waits for the clock. */
const QUIET_TURNS = 3;

/** More timers than any call needs: work that waits for more of them never ends. */
const MAX_LEAPS = 20_000;

/** The same for turns of the event loop between two timers. */
const MAX_IDLE = 10_000_000;

export interface LeapingClock extends Clock {
  /** Advances to the next timer whenever nothing else is running, until the work is done. */
  lapse<T>(work: Promise<T>): Promise<T>;
  /** Waits until a condition holds. It is checked before each advance, so no time passes in between. */
  until(what: string, condition: () => boolean): Promise<void>;
  steady(): number;
  /** Sets the machine's clock. */
  set(ms: number): void;
  /** Stands still until the returned function is called, while a test waits for something outside this process. */
  hold(): () => void;
}

/**
 * For whole calls, in memory or over connections of this process to itself: a fake clock that advances by itself, so that waiting
 * takes no real time, and the speed of the machine makes no difference.
 */
export function createLeapingClock(start?: number): LeapingClock {
  const clock = createFakeClock(start);
  const isUnderway = watchUnderway();
  let working = 0;
  let holds = 0;
  let passing: Promise<void> | undefined;

  async function pass(): Promise<void> {
    try {
      for (let leaps = 0, idle = 0, quiet = 0; leaps < MAX_LEAPS && idle < MAX_IDLE; idle += 1) {
        await turn();
        if (working === 0) return;
        quiet = isUnderway() ? 0 : quiet + 1;
        // Without a timer, the work waits for something real, such as a module that is loaded on first use.
        if (quiet < QUIET_TURNS || holds > 0 || clock.pending() === 0) continue;
        clock.advance(Math.max(0, Math.min(...clock.waiting())));
        leaps += 1;
        idle = 0;
        quiet = 0;
      }
      throw new Error("the work does not end");
    } finally {
      passing = undefined;
    }
  }

  return {
    now: clock.now,
    steady: clock.steady,
    set: clock.set,
    after: clock.after,
    lapse(work) {
      const end = () => {
        working -= 1;
      };
      working += 1;
      work.then(end, end);
      passing ??= pass();
      return Promise.race([work, passing.then(() => work)]);
    },
    hold() {
      holds += 1;
      return () => {
        holds -= 1;
      };
    },
    async until(what, condition) {
      for (let turns = 0; !condition(); turns += 1) {
        if (turns > MAX_IDLE) throw new Error(`never came about: ${what}`);
        await turn();
      }
    },
  };
}

export function isLeaping(clock: Clock): clock is LeapingClock {
  return "lapse" in clock;
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
