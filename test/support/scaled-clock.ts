import type { Clock } from "../../src/clock.ts";

/** For real connections, which no fake clock can speed up: a clock that runs several times faster than the real one. */
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
