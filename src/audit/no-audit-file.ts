import type { AuditLine } from "./read-line.ts";

/** Occurs in every record, even a damaged one. A file without it is of another kind, and must not be called tampered with. */
const RECORD_KEY = /"(?:chain|hash|record)/i;

/** Looks at the lines of all given files for anything that belongs to an audit file. */
export interface RecordSearch {
  take(line: AuditLine, bytes: Buffer): void;
  /** Whether there are lines of another kind, and none that is, or may have been, part of an audit file. */
  isInVain(): boolean;
  /** Whether records are only in lines of a log. */
  isOfLogs(): boolean;
}

export function createRecordSearch(): RecordSearch {
  let hasTraces = false;
  let hasLogged = false;
  let hasOthers = false;
  return {
    take(line, bytes) {
      if ("fields" in line) hasTraces = true;
      else if (line.kind === "empty") return;
      else if (line.kind === "log") {
        if (line.claims?.audit === true) hasLogged = true;
        else hasOthers = true;
      } else if (RECORD_KEY.test(bytes.toString("latin1"))) hasTraces = true;
      else if (line.kind === "altered") hasOthers = true;
    },
    isInVain: () => hasOthers && !hasTraces && !hasLogged,
    isOfLogs: () => hasLogged && !hasTraces,
  };
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

/** For a log instead of an audit file: its lines have no hashes of their own, so nothing can be said about them. */
export function onlyLogs(files: readonly string[]): Error {
  const [file = "", ...others] = files;
  const what = others.length === 0 ? `${file} is a log` : `These are logs: ${files.join(", ")}`;
  return new Error(`${what}. Only an audit file can be verified: give the one of C1_MCP_AUDIT_FILE.`);
}
