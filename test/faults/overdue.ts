import { type Clock, systemClock } from "../../src/clock.ts";

const TICK_MS = 5;

/** How many ticks a call may take after its deadline: 25 ms in an idle process. Usually it takes none. */
const MAX_TICKS = 5;

/**
 * Detects whether a call that starts now continues after its deadline. Its duration would prove nothing: on a busy machine timers
 * fire late, and the end of a call takes a few turns of the event loop, however long those are. So ticks are counted, at most one per
 * turn, from the moment at which the deadline's own timer fires.
 */
export function watchDeadline(clock: Clock, timeoutMs: number): { stop(): string[] } {
  let ticks = 0;
  let stopTimer = clock.after(timeoutMs, count);
  function count(): void {
    stopTimer = systemClock.after(TICK_MS, () => {
      ticks += 1;
      count();
    });
  }
  return {
    stop() {
      stopTimer();
      return ticks > MAX_TICKS ? [`went on for ${ticks} ticks after its deadline`] : [];
    },
  };
}
