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
  // In the order of time, so that the old ones come first.
  const notes = new Set<{ key: string; id: string | undefined; until: number }>();

  function forgetOld(): void {
    const now = clock.now();
    for (const note of notes) {
      if (note.until > now) break;
      notes.delete(note);
    }
  }

  return {
    note(key, id, longestCallMs) {
      forgetOld();
      notes.add({ key, id, until: clock.now() + Math.max(SHOWN_LATE_MS, longestCallMs) });
    },
    look(key) {
      forgetOld();
      const own = [...notes].filter((note) => note.key === key);
      return {
        made: own.flatMap(({ id }) => id ?? []),
        unclear: own.some(({ id }) => id === undefined),
      };
    },
  };
}
