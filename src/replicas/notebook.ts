import type { Clock } from "../clock.ts";
import { SETTLE } from "./scripts.ts";
import type { Store } from "./store.ts";

/** What became of a turn, as the store is to know it. */
export interface Note {
  readonly lock: string;
  readonly notes: string;
  readonly token: string;
  /** What the store keeps: the token and what was made, the token alone while that is not known, "" when nothing was made. */
  text: string;
  /** Until when it counts, in milliseconds since the epoch. */
  until: number;
}

/** What this process has to tell the store, again when that has forgotten it. */
export interface Notebook {
  /** Ends a turn. Never rejects: what the store does not take now it is told with the next connection. */
  tell(note: Note, run: Store["run"]): Promise<void>;
  /** @param all what was told before, too. */
  publish(run: Store["run"], all: boolean): Promise<void>;
}

/** As many as are remembered of recent writes. */
const MAX_NOTES = 5_000;

export function createNotebook(clock: Clock): Notebook {
  /** Whether each was told. */
  const kept = new Map<Note, boolean>();

  async function settle(note: Note, run: Store["run"]): Promise<void> {
    const { lock, notes, token, text, until } = note;
    await run(SETTLE, [lock, notes], [token, Math.max(1, Math.ceil(until - clock.now())), text]);
    if (text === "") kept.delete(note);
    else kept.set(note, true);
  }

  function forgetSome(): void {
    for (const note of kept.keys()) if (note.until <= clock.now() || kept.size > MAX_NOTES) kept.delete(note);
  }

  return {
    async tell(note, run) {
      kept.set(note, false);
      forgetSome();
      await settle(note, run).catch(() => undefined);
    },
    async publish(run, all) {
      forgetSome();
      const due = [...kept].filter(([, isTold]) => all || !isTold);
      await Promise.all(due.map(([note]) => settle(note, run)));
    },
  };
}

/** The note on something that was made. */
export function textOf(token: string, made: string): string {
  return `${token} ${made}`;
}

/** What notes say was made, and whether there are others. */
export function readNotes(texts: readonly string[]): { made: string[]; unclear: boolean } {
  const made = texts.filter((text) => text.includes(" ")).map((text) => text.slice(text.indexOf(" ") + 1));
  return { made, unclear: made.length < texts.length };
}
