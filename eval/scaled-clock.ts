import type { Clock } from "../src/clock.ts";

/** A clock that runs several times faster than the real one. A busy machine can fall behind it, so no test uses it. */
export function createScaledClock(factor: number): Clock {
  const start = Date.now();
  const started = performance.now();
  return {
    now: () => start + (performance.now() - started) * factor,
    after(ms, run) {
      const timer = setTimeout(run, ms / factor);
      return () => clearTimeout(timer);
    },
  };
}
