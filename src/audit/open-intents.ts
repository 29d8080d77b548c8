import type { RecordFields } from "./read-line.ts";
import { showField } from "./show-field.ts";

/** A write that was about to be sent and whose outcome is in none of the files. */
export interface OpenIntent {
  readonly file: string;
  readonly line: number;
  readonly fields: RecordFields;
}

export interface OpenIntents {
  take(file: string, line: number, fields: RecordFields): void;
  /** Accepts an outcome from a file that was read before the one with the intent. */
  close(fields: RecordFields): void;
  /** Accepts what an outcome that was altered claims: one fault, not two. */
  forgive(claims: RecordFields): void;
  list(): readonly OpenIntent[];
  /** How many more there are than were kept. */
  readonly more: number;
}

const MAX_KEPT = 100_000;

/** Matches intents with outcomes; what remains open at the end was left by a killed server or a full disk. */
export function createOpenIntents(): OpenIntents {
  const open = new Map<unknown, OpenIntent>();
  let more = 0;

  function settle(outcome: RecordFields): void {
    const intent = open.get(outcome.write);
    if (intent && isAfter(outcome, intent.fields)) open.delete(outcome.write);
  }
  function close(fields: RecordFields): void {
    if (fields.record === "outcome" && !isReport(fields)) settle(fields);
  }

  return {
    take(file, line, fields) {
      close(fields);
      if (fields.record !== "intent") return;
      if (open.size < MAX_KEPT) open.set(fields.write, { file, line, fields });
      else more += 1;
    },
    close,
    forgive(claims) {
      if (claims.record === "outcome") settle(claims);
    },
    list: () => [...open.values()],
    get more() {
      return more;
    },
  };
}

/** An earlier outcome is that of another call, which asked the person on whose page the write was about to be sent. */
function isAfter(outcome: RecordFields, intent: RecordFields): boolean {
  if (outcome.chain === undefined || outcome.chain !== intent.chain)
    return !(Date.parse(showField(outcome.time)) < Date.parse(showField(intent.time)));
  return !(Number(outcome.seq) < Number(intent.seq));
}

/** Whether a record is of a call that only reports how a page ended: a write that was sent has C1's answer or a failure. */
function isReport({ outcome, changed, status }: RecordFields): boolean {
  return outcome === "ok" && changed === "no" && status === undefined;
}
