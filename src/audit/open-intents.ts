import type { Fields } from "./read-line.ts";

/** A write that was about to be sent, and of which no outcome is in the files. */
export interface OpenIntent {
  readonly file: string;
  readonly line: number;
  readonly fields: Fields;
}

export interface OpenIntents {
  take(file: string, line: number, fields: Fields): void;
  /** Takes outcomes alone: of a file that was read before the one with the intent. */
  close(fields: Fields): void;
  list(): readonly OpenIntent[];
  /** How many more there are than are kept. */
  readonly more: number;
}

const MAX_KEPT = 100_000;

/** Pairs the records of each attempt; what is open at the end is what a killed server, or a full disk, has left. */
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
