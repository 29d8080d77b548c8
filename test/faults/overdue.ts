import { type Clock, systemClock } from "../../src/clock.ts";

const TICK_MS = 5;

/** How many ticks a call may go on after its deadline: 25 ms of a process that has nothing else to do. None is the rule. */
const MAX_TICKS = 5;

/**
 * Tells whether a call that starts now goes on after its deadline. Not by the time that it took: on a busy machine timers fire
 * late, and what a call does last takes some turns of the event loop, however long these are. So what is counted are
 * ticks, of which a turn has one at most, from when the deadline's own timer has fired.
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
