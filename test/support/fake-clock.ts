import type { Clock } from "../../src/clock.ts";

export interface FakeClock extends Clock {
  /** Advances the time by `ms` milliseconds; timers that fall due run in order of their times. */
  advance(ms: number): void;
  steady(): number;
  /** Sets the machine's clock forward, or back, by `ms` milliseconds; nothing passes by that. */
  set(ms: number): void;
  /** How many timers are waiting. */
  pending(): number;
  /** When they are due, in milliseconds from now. */
  waiting(): number[];
}

/** The clock of another machine: time passes as here, and nobody sets it. */
export function elsewhere(clock: Clock & Required<Pick<Clock, "steady">>): Clock {
  const origin = clock.now() - clock.steady();
  return { ...clock, now: () => origin + clock.steady() };
}

/** For unit tests: a clock that stands still until the test advances it. Only a wait of 0 ms ends by itself. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start;
  let ahead = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now + ahead,
    // From an origin of its own, as on a real machine, so that a mix-up shows.
    steady: () => now - start,
    set(ms) {
      ahead += ms;
    },
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      if (ms === 0) setImmediate(() => timers.delete(timer) && run());
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = next.at;
        next.run();
      }
      now = end;
    },
    pending: () => timers.size,
    waiting: () => [...timers].map(({ at }) => at - now),
  };
}
