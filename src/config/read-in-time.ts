import { type Clock, systemClock } from "../clock.ts";

/** A working disk responds in a thousandth of this. */
const READ_LIMIT_MS = 5_000;

export type ReadInTime = <T>(read: () => Promise<T>) => Promise<T>;

/** A read was abandoned, so that a hanging mount does not hang the call. */
export class TooSlow extends Error {}

/**
 * Runs reads from one location one at a time, each with a time limit. None begins while an earlier one hangs, because each would
 * occupy one of the few threads that Node has for files and DNS look-ups.
 * @param callMs the longest time a tool call may take; a read may take half of it, which leaves time to report the problem.
 */
export function createReadInTime(callMs = Number.POSITIVE_INFINITY, clock: Clock = systemClock): ReadInTime {
  const limitMs = Math.min(READ_LIMIT_MS, callMs / 2);
  let last: Promise<unknown> = Promise.resolve();
  let hangs = false;

  return async (read) => {
    if (hangs) throw new TooSlow();
    const reading = last.then(read);
    let giveUp = (_error: Error) => {};
    const givenUp = new Promise<never>((_resolve, reject) => {
      giveUp = reject;
    });
    const stop = clock.after(limitMs, () => {
      hangs = true;
      giveUp(new TooSlow());
    });
    const end = () => {
      stop();
      hangs = false;
    };
    last = reading.then(end, end);
    return Promise.race([reading, givenUp]);
  };
}
