import type { Clock } from "../clock.ts";

/** C1 may show only minutes later what it made: so long its reads are not the only witness, in milliseconds. */
const SHOWN_LATE_MS = 120_000;

/** What was done under a key a moment ago. */
export interface Lately {
  /** Ids of what was made. */
  readonly made: readonly string[];
  /** Whether a write is among it whose outcome is not known. */
  readonly unclear: boolean;
}

/** What this process has written lately, by the keys of `Guard`: so that no later call does it again. */
export interface Recent {
  /**
   * @param id what was made; undefined when the outcome of the write is not known.
   * @param longestCallMs remembers at least so long, for the sake of calls that wait for their turn.
   */
  note(key: string, id: string | undefined, longestCallMs: number): void;
  look(key: string): Lately;
}

export function createRecent(clock: Clock): Recent {
  // The key that was written last comes last, so that the old ones come first.
  const notes = new Map<string, { id: string | undefined; until: number }[]>();

  function forgetOld(now: number): void {
    for (const [key, own] of notes) {
      if (own.some(({ until }) => until > now)) break;
      notes.delete(key);
    }
  }

  return {
    note(key, id, longestCallMs) {
      const now = clock.now();
      forgetOld(now);
      const own = notes.get(key) ?? [];
      notes.delete(key);
      notes.set(key, [
        ...own.filter(({ until }) => until > now),
        { id, until: now + Math.max(SHOWN_LATE_MS, longestCallMs) },
      ]);
    },
    look(key) {
      const now = clock.now();
      const own = (notes.get(key) ?? []).filter(({ until }) => until > now);
      return {
        made: own.flatMap(({ id }) => id ?? []),
        unclear: own.some(({ id }) => id === undefined),
      };
    },
  };
}
