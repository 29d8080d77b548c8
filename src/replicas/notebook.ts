import { type Clock, readSteady } from "../clock.ts";
import { SETTLE } from "./scripts.ts";
import type { Store } from "./store.ts";

/** The outcome of a turn, for the store. */
export interface Note {
  readonly lock: string;
  readonly notes: string;
  readonly token: string;
  /**
   * What the store keeps: the token and the id that was created, the token alone while that is not known, "" if nothing was
   * created.
   */
  text: string;
  /** When it expires, by `readSteady`. */
  until: number;
}

/** What this process has to report to the store, and to report again if the store loses it. */
export interface Notebook {
  /** Ends a turn. Never rejects: a report that fails now is repeated with the next connection. */
  tell(note: Note, run: Store["run"]): Promise<void>;
  /** @param all includes what was reported before. */
  publish(run: Store["run"], all: boolean): Promise<void>;
}

/** As many as are remembered of recent writes. */
const MAX_NOTES = 5_000;

export function createNotebook(clock: Clock): Notebook {
  /** Whether each note was reported. */
  const kept = new Map<Note, boolean>();

  async function settle(note: Note, run: Store["run"]): Promise<void> {
    const { lock, notes, token, text, until } = note;
    await run(SETTLE, [lock, notes], [token, Math.max(1, Math.ceil(until - readSteady(clock))), text]);
    if (text === "") kept.delete(note);
    else kept.set(note, true);
  }

  function forgetSome(): void {
    const now = readSteady(clock);
    for (const note of kept.keys()) if (note.until <= now || kept.size > MAX_NOTES) kept.delete(note);
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

/** The note about an object that was created. */
export function textOf(token: string, made: string): string {
  return `${token} ${made}`;
}

/** The ids that notes say were created, and whether there are other notes. */
export function readNotes(texts: readonly string[]): { made: string[]; unclear: boolean } {
  const made = texts.filter((text) => text.includes(" ")).map((text) => text.slice(text.indexOf(" ") + 1));
  return { made, unclear: made.length < texts.length };
}
