/** Part of every record, however it was damaged: no other file should be called tampered with. */
const RECORD_KEY = /"(?:chain|hash|record)/i;

/** Whether a line that is no record could have been one. */
export function couldBeRecord(line: Buffer): boolean {
  return RECORD_KEY.test(line.toString("latin1"));
}

/** For files without a record. A mistake of whoever named them, as long as no anchor says that they had one. */
export function noAuditFile(files: readonly string[]): Error {
  const [file = "", ...others] = files;
  return new Error(
    others.length === 0
      ? `${file} is not an audit file: no line of it is a record.`
      : `None of these is an audit file, because no line is a record: ${files.join(", ")}.`,
  );
}
