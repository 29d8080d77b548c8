import type { RecordFields } from "./read-line.ts";

/** A write that was about to be sent and whose outcome is in none of the files. */
export interface OpenIntent {
  readonly file: string;
  readonly line: number;
  readonly fields: RecordFields;
}

export interface OpenIntents {
  take(file: string, line: number, fields: RecordFields): void;
  /** Accepts an outcome from a file that was read before the one with the intent, or one that was altered. */
  close(fields: RecordFields): void;
  list(): readonly OpenIntent[];
  /** How many more there are than were kept. */
  readonly more: number;
}

const MAX_KEPT = 100_000;

/** Matches intents with outcomes; what remains open at the end was left by a killed server or a full disk. */
export function createOpenIntents(): OpenIntents {
  const open = new Map<unknown, OpenIntent>();
  let more = 0;
  return {
    take(file, line, fields) {
      if (fields.record === "outcome") open.delete(fields.write);
      if (fields.record !== "intent") return;
      if (open.size < MAX_KEPT) open.set(fields.write, { file, line, fields });
      else more += 1;
    },
    close(fields) {
      if (fields.record === "outcome") open.delete(fields.write);
    },
    list: () => [...open.values()],
    get more() {
      return more;
    },
  };
}
