import { createConversion } from "./conversion.ts";
import { type Filter, isWanted } from "./filter.ts";
import { createRecordSearch, noAuditFile } from "./no-audit-file.ts";
import { createOpenIntents } from "./open-intents.ts";
import { type AuditLine, type RecordFields, readLine } from "./read-line.ts";
import { eachLine, type RawLine } from "./read-lines.ts";

/** Receives the records. */
export interface Viewer {
  /**
   * Accepts a record.
   * @param line makes its line as it stands in the file, for those who want it.
   * @param isAltered whether the line is not as it was written, so that the fields are only what it says now.
   */
  take(fields: RecordFields, line: () => string, isAltered: boolean): void;
  /** Called now and then to pass on what was taken; reading resumes when that is done. */
  flush(): Promise<void>;
}

/** What a reader has to know besides the records. */
export interface Shown {
  /** Lines that cannot be read as records. They were left out. */
  readonly damaged: number;
  /** Lines that can, but are not as they were written, whether they match the filter or not. */
  readonly altered: number;
  /** What was added to whole files, as sentences without their full stop. */
  readonly conversions: readonly string[];
  /** Files that are logs: that their records are as they were written cannot be seen. */
  readonly logs: readonly string[];
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
  /** Apart, so that an altered line cannot take the place of an intent. */
  const alteredIntents = createOpenIntents();
  const search = createRecordSearch();
  const conversions: string[] = [];
  const logs: string[] = [];
  /** The last file in which something of an audit file was seen. */
  let audited: string | undefined;
  let damaged = 0;
  let altered = 0;
  const show = (fields: RecordFields, line: () => string, isAltered: boolean) => {
    if (isWanted(fields, filter)) viewer.take(fields, line, isAltered);
  };
  /** Whether the file is a log. How it begins does not tell: that may be the rest of a line, or what Node itself wrote. */
  const isOfLog = (file: string, line: AuditLine): boolean => {
    if ("fields" in line || ("place" in line && line.place)) audited = file;
    const isFirst = line.kind === "log" && audited !== file && logs.at(-1) !== file;
    if (isFirst) logs.push(file);
    return logs.at(-1) === file;
  };
  /** What a line says; undefined if that is not enough for a row. */
  const judge = (
    line: AuditLine,
    isLog: boolean,
  ): { fields: RecordFields; isAltered: boolean } | undefined => {
    if (line.kind === "empty") return undefined;
    if ("fields" in line) return { fields: line.fields, isAltered: false };
    const fields = readAttempt(line);
    const isAltered = line.kind !== "log" || !isLog;
    // Most lines of a log are about something else.
    if (!fields && isAltered) damaged += 1;
    return fields && { fields, isAltered };
  };
  const take = (file: string, { number, bytes }: RawLine) => {
    const line = readLine(bytes);
    search.take(line, bytes);
    const judged = judge(line, isOfLog(file, line));
    if (!judged) return;
    const { fields, isAltered } = judged;
    if (isAltered) {
      altered += 1;
      if (fields.record === "intent") alteredIntents.take(file, number, fields);
    } else {
      intents.take(file, number, fields);
      alteredIntents.close(fields);
    }
    if (fields.record === "outcome") show(fields, () => bytes.toString("utf8"), isAltered);
  };
  for (const file of files) {
    const { undo, list } = createConversion();
    const read = (line: RawLine) => take(file, { ...line, bytes: undo(line) });
    await eachLine(file, signal, read, viewer.flush);
    conversions.push(...list().map(({ text }) => `${file}: ${text}`));
  }
  if (search.isInVain()) throw noAuditFile(files);
  for (const { fields } of intents.list()) show(fields, () => JSON.stringify(fields), false);
  for (const { fields } of alteredIntents.list()) show(fields, () => JSON.stringify(fields), true);
  await viewer.flush();
  return { damaged, altered, conversions, logs };
}

/** What a line that is not a record says, if that is enough for a row. */
function readAttempt(line: AuditLine): RecordFields | undefined {
  const claims = line.kind === "altered" || line.kind === "log" ? line.claims : undefined;
  const isAttempt = claims?.record === "intent" || claims?.record === "outcome";
  return isAttempt && typeof claims?.time === "string" ? claims : undefined;
}
