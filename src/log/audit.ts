import { Failure } from "../errors.ts";
import { type AuditFile, type FileEnd, openAuditFile } from "./audit-file.ts";
import { boundRecord } from "./bound-record.ts";
import { type ChainLink, createChain, type Sealed } from "./chain.ts";
import type { Logger } from "./logger.ts";
import type { Redactor } from "./redact.ts";
import { redactRecord } from "./redact-record.ts";
import { auditRecordLost } from "./signals.ts";
import { traceFields } from "./trace.ts";

/** One attempted write: who tries what, and where. Never contains an argument value that could be secret. */
export interface Attempt {
  /** A random id, the same in all records of one attempt. */
  readonly write: string;
  readonly tool: string;
  readonly tenant: string;
  readonly principal: string;
  /** The caller as far as an authorization server vouches for it: issuer, subject, email, clientId and authTime, where known. */
  readonly caller?: Readonly<Record<string, string>>;
  readonly client?: string;
  /** Name of the C1 credential that serves the call, on a server with several. */
  readonly credential?: string;
  /** Ids and names of what the write touches; absent if it was refused before they were known. */
  readonly targets?: Readonly<Record<string, string | readonly string[]>>;
}

/** The outcome of an attempt. */
export interface AuditRecord extends Attempt {
  /** "ok" or the failure code. */
  readonly outcome: string;
  readonly changed: "yes" | "no" | "maybe";
  readonly dryRun: boolean;
  /** Where a person agreed to the write, if one was asked: as their client said, or on our page. */
  readonly consent?: "client" | "page";
  /** Id of the object that was created. */
  readonly made?: string;
  /** HTTP status and request id of C1's response, if there was one. */
  readonly status?: number;
  readonly requestId?: string;
  readonly durationMs: number;
}

export interface Audit {
  /** Records a write before it is sent. Throws if that was not possible, so that no write goes unrecorded. */
  intend(attempt: Attempt): void;
  /** Records the outcome of an attempt, whether or not anything was sent. */
  write(record: AuditRecord): void;
}

type Kind = "start" | "intent" | "outcome";

/** The message of each kind of record on stderr. */
const SAID: Readonly<Record<Kind, string>> = {
  start: "audit records begin",
  intent: "sending a write",
  outcome: "write",
};

type Fields = Readonly<Record<string, unknown>>;

/** A record and, if there is a file, its link to the records before it. */
interface Kept {
  readonly record: Fields;
  readonly link?: ChainLink;
}

/** The process that writes the records, described by its first record in a file. */
export interface Origin {
  readonly version: string;
  /** How it was started: `stdio` or `http`. */
  readonly command: string;
  /** The settings that differ from their defaults, as text, by variable. Contains no secret. */
  readonly settings: Readonly<Record<string, string>>;
}

interface Start extends Partial<Origin> {
  readonly node: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Writes audit records to stderr, one line each, at every log level, and to a file if there is one. The file is append-only, and
 * each record is linked to those before it. An intent is on disk before its write is sent, an outcome before the call's result is
 * returned. Records on stderr carry the same hashes, so that collected stderr can prove the file. docs/audit.md lists the fields.
 * @param onFile told after each record whether the file has taken it.
 */
export function createAudit(
  logger: Logger,
  redactor: Redactor,
  path?: string,
  origin?: Origin,
  onFile: (takesRecords: boolean) => void = () => undefined,
): Audit {
  // A child logger with its own level: `C1_MCP_LOG_LEVEL=silent` silences other messages, not the audit trail.
  const trail = logger.child({ audit: true }, { level: "info" });
  // Redacted before cutting, so that no part of a cut secret remains.
  const shape = (record: Kind, of: Attempt | AuditRecord | Start) =>
    boundRecord(redactRecord({ record, ...of }, redactor));
  const keep =
    path === undefined
      ? (record: Fields) => [{ record }]
      : createKeep(openAuditFile(path), () => shape("start", { ...origin, ...describeProcess() }), onFile);
  const tell = (kept: readonly Kept[]) => {
    for (const { record, link } of kept) trail.info({ ...record, ...link }, SAID[record.record as Kind]);
  };

  return {
    intend(attempt) {
      tell(keepIntent(shape("intent", attempt)));
    },
    write(record) {
      const outcome = shape("outcome", record);
      let kept: readonly Kept[] = [{ record: outcome }];
      let failed: unknown;
      try {
        kept = keep(outcome);
      } catch (error) {
        failed = error;
      }
      tell(kept);
      if (failed === undefined) return;
      // The write is done and cannot be undone; at least its record is on stderr.
      auditRecordLost.tell({});
      trail.error({ err: failed, write: record.write }, "the audit file could not be written");
    },
  };

  function keepIntent(intent: Fields): readonly Kept[] {
    try {
      return keep(intent);
    } catch (cause) {
      const what = `The file that C1_MCP_AUDIT_FILE names cannot be written (${reasonOf(cause)}), so the write was not sent.`;
      throw new Failure("not_configured", what, {
        next: "Make C1_MCP_AUDIT_FILE name a regular file that can be written, or free its disk.",
        reason: "cause_named",
        cause,
      });
    }
  }
}

/** Appends a record to the file, with the time and its link to the records before it. Throws if it is not on disk. */
function createKeep(
  file: AuditFile,
  start: () => Fields,
  onFile: (takesRecords: boolean) => void,
): (record: Fields) => readonly Kept[] {
  const timed = (record: Fields) => ({ time: new Date().toISOString(), ...record });
  const chain = createChain(() => timed(start()));
  return (record) => {
    let sealed: readonly Sealed[] = [];
    const makeLines = (end: FileEnd) => {
      sealed = chain.seal({ ...timed(record), ...traceFields() }, end);
      return sealed.map(({ line }) => line);
    };
    let isTaken = false;
    try {
      file.append(makeLines, chain.advance);
      isTaken = true;
    } finally {
      onFile(isTaken);
    }
    return sealed;
  };
}

function describeProcess(): Start {
  const { hostname } = process.getBuiltinModule("node:os");
  return { node: process.version, pid: process.pid, host: hostname() };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
