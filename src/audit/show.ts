import { type Filter, isWanted } from "./filter.ts";
import { createRecordSearch, noAuditFile } from "./no-audit-file.ts";
import { createOpenIntents } from "./open-intents.ts";
import { type RecordFields, readLine } from "./read-line.ts";
import { eachLine, type RawLine } from "./read-lines.ts";

/** Receives the records. */
export interface Viewer {
  /** Accepts a record and its line as it stands in the file. */
  take(fields: RecordFields, line: string): void;
  /** Called now and then to pass on what was taken; reading resumes when that is done. */
  flush(): Promise<void>;
}

/** What was left out. */
export interface Shown {
  /** Lines that are not complete records. */
  readonly damaged: number;
}

/**
 * Passes on the matching outcomes in file order, then the intents without an outcome. Verifies nothing. Rejects if a file cannot
 * be read, or if there is no record in any of them.
 */
export async function showRecords(
  files: readonly string[],
  filter: Filter,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<Shown> {
  const intents = createOpenIntents();
  const search = createRecordSearch();
  let damaged = 0;
  const take = (file: string, { number, bytes }: RawLine) => {
    const line = readLine(bytes);
    search.take(line, bytes);
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
  if (search.isInVain()) throw noAuditFile(files);
  for (const { fields } of intents.list())
    if (isWanted(fields, filter)) viewer.take(fields, JSON.stringify(fields));
  await viewer.flush();
  return { damaged };
}
