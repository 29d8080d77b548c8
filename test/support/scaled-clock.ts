import type { Clock } from "../../src/clock.ts";

/** For real connections, which a fake clock cannot speed up: a clock that runs `factor` times as fast as the real one. */
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
