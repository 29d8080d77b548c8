import { type Clock, systemClock } from "../clock.ts";

/** A disk answers in a thousandth of it. */
const READ_LIMIT_MS = 5_000;

export type ReadInTime = <T>(read: () => Promise<T>) => Promise<T>;

/** A reading that was given up, because a mount that hangs would hang the call. */
export class TooSlow extends Error {}

/**
 * Waits for readings of one place, one at a time and not for ever. None begins while an earlier one hangs: each would take one of
 * the few threads that Node has for all its files and name look-ups.
 * @param callMs longest time of a call; a reading may take half of it, so that there is time left to say what hangs.
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
