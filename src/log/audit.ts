import { Failure } from "../errors.ts";
import { type AuditFile, openAuditFile } from "./audit-file.ts";
import { boundRecord } from "./bound-record.ts";
import type { Logger } from "./logger.ts";
import type { Redactor } from "./redact.ts";
import { auditRecordLost } from "./signals.ts";
import { traceFields } from "./trace.ts";

/** One attempted write: who tries what, and where. Never an argument value that could be secret. */
export interface Attempt {
  /** A random id, the same in all records of one attempt. */
  readonly write: string;
  readonly tool: string;
  readonly tenant: string;
  readonly principal: string;
  /** Who that is, where an authorization server vouches for it: issuer, subject, email, clientId and authTime, as far as known. */
  readonly caller?: Readonly<Record<string, string>>;
  readonly client?: string;
  /** Name of the C1 credential that serves the call, where the server has several. */
  readonly credential?: string;
  /** Ids and names of what the write touches; absent when it was refused before they were known. */
  readonly targets?: Readonly<Record<string, string | readonly string[]>>;
}

/** What came of it. */
export interface AuditRecord extends Attempt {
  /** "ok" or the failure code. */
  readonly outcome: string;
  readonly changed: "yes" | "no" | "maybe";
  readonly dryRun: boolean;
  /** HTTP status and request id of C1's answer, where there was one. */
  readonly status?: number;
  readonly requestId?: string;
  readonly durationMs: number;
}

export interface Audit {
  /** Keeps word of a write before it is sent. Throws when that was not possible, so that none goes unrecorded. */
  intend(attempt: Attempt): void;
  /** Keeps what came of an attempt, sent or not. */
  write(record: AuditRecord): void;
}

/**
 * Audit records on stderr, one line each, at every log level; and in a file, if there is one: append-only, an intent on the
 * disk before its write is sent, an outcome before the call's result is told. docs/audit.md lists the fields.
 */
export function createAudit(logger: Logger, redactor: Redactor, path?: string): Audit {
  // A child of its own level: `C1_MCP_LOG_LEVEL=silent` silences the chatter, not the audit trail.
  const trail = logger.child({ audit: true }, { level: "info" });
  const file: AuditFile | undefined = path === undefined ? undefined : openAuditFile(path);
  // Scrubbed first: of a secret that a cut goes through, nothing must stay.
  const shape = (record: "intent" | "outcome", of: Attempt | AuditRecord) =>
    boundRecord(redactor.redactValue({ record, ...of }));
  const keep = (record: Record<string, unknown>) =>
    file?.append(JSON.stringify({ time: new Date().toISOString(), ...record, ...traceFields() }));

  return {
    intend(attempt) {
      const intent = shape("intent", attempt);
      try {
        keep(intent);
      } catch (cause) {
        throw new Failure("internal", `The audit file cannot be written (${reasonOf(cause)}).`, {
          next: "The operator must make C1_MCP_AUDIT_FILE name a regular file that can be written.",
          cause,
        });
      }
      trail.info(intent, "sending a write");
    },
    write(record) {
      const outcome = shape("outcome", record);
      trail.info(outcome, "write");
      try {
        keep(outcome);
      } catch (err) {
        // What was done is done; its record stands on stderr at least.
        auditRecordLost.tell({});
        trail.error({ err, write: record.write }, "the audit file could not be written");
      }
    },
  };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
