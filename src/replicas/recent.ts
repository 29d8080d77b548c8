import { type Clock, readSteady } from "../clock.ts";
import type { RecentWrites } from "./port.ts";

/** C1 may take minutes to show what it created. For this long, reads alone prove nothing, in milliseconds. */
export const SHOWN_LATE_MS = 120_000;

/** Far more than assistants write in that time; the oldest are forgotten first. */
const MAX_NOTES = 5_000;

/** What this process has recently written, by key, so that no later call does it again. */
export interface Recent {
  /**
   * @param id the created object; undefined if the outcome of the write is not known.
   * @param longestCallMs minimum time to remember it, for calls that wait for their turn.
   */
  note(key: string, id: string | undefined, longestCallMs: number): void;
  look(key: string): RecentWrites;
}

export function createRecent(clock: Clock): Recent {
  let notes: { key: string; id: string | undefined; until: number }[] = [];
  return {
    note(key, id, longestCallMs) {
      const now = readSteady(clock);
      const fresh = notes.filter(({ until }) => until > now).slice(1 - MAX_NOTES);
      notes = [...fresh, { key, id, until: now + Math.max(SHOWN_LATE_MS, longestCallMs) }];
    },
    look(key) {
      const now = readSteady(clock);
      const own = notes.filter((note) => note.key === key && note.until > now);
      return {
        made: own.flatMap(({ id }) => id ?? []),
        unclear: own.some(({ id }) => id === undefined),
      };
    },
  };
}
