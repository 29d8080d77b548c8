import { type Filter, isWanted } from "./filter.ts";
import { createOpenIntents } from "./open-intents.ts";
import { type Fields, readLine } from "./read-line.ts";
import { eachLine, type RawLine } from "./read-lines.ts";

/** Who gets the records. */
export interface Viewer {
  /** The record, and its line as it stands in the file. */
  take(fields: Fields, line: string): void;
  /** Asked now and then to hand on what was taken; the files are read on when that is done. */
  flush(): Promise<void>;
}

/** What was left out. */
export interface Shown {
  /** Lines that are no whole record. */
  readonly damaged: number;
}

/**
 * Hands out the outcomes that are wanted in the order of the files, then the intents that have none. Nothing is verified.
 * Rejects when a file cannot be read.
 */
export async function showRecords(
  files: readonly string[],
  filter: Filter,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<Shown> {
  const intents = createOpenIntents();
  let damaged = 0;
  const take = (file: string, { number, bytes }: RawLine) => {
    const line = readLine(bytes);
    if (line.kind === "empty") return;
    if (!("fields" in line)) {
      damaged += 1;
      return;
    }
    intents.take(file, number, line.fields);
    if (line.fields.record === "outcome" && isWanted(line.fields, filter))
      viewer.take(line.fields, bytes.toString("utf8"));
  };
  for (const file of files) await eachLine(file, signal, (line) => take(file, line), viewer.flush);
  for (const { fields } of intents.list())
    if (isWanted(fields, filter)) viewer.take(fields, JSON.stringify(fields));
  await viewer.flush();
  return { damaged };
}
