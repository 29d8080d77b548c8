import { fsyncSync, openSync, writeSync } from "node:fs";
import { Failure } from "../errors.ts";
import type { Logger } from "./logger.ts";
import type { Redactor } from "./redact.ts";
import { traceFields } from "./trace.ts";

/** One attempted write: who tried what, where, and what came of it. Never an argument value that could be secret. */
export interface AuditRecord {
  readonly tool: string;
  readonly tenant: string;
  readonly principal: string;
  readonly client?: string;
  /** Ids and names of what the write touches; absent when it was refused before they were known. */
  readonly targets?: Readonly<Record<string, string | readonly string[]>>;
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
  /** Throws when a record could not be kept: called before a write is sent, so that none goes unrecorded. */
  ready(): void;
  write(record: AuditRecord): void;
}

/**
 * Audit records on stderr, one line each, at every log level; and in a file, if there is one: append-only, each record
 * one write and on the disk before the call's result is told.
 */
export function createAudit(logger: Logger, redactor: Redactor, file?: string): Audit {
  // A child of its own level: `C1_MCP_LOG_LEVEL=silent` silences the chatter, not the audit trail.
  const trail = logger.child({ audit: true }, { level: "info" });
  let descriptor: number | undefined;

  function open(path: string): number {
    try {
      descriptor ??= openSync(path, "a", 0o600);
      return descriptor;
    } catch (cause) {
      throw new Failure(
        "internal",
        `The audit file cannot be written (${(cause as NodeJS.ErrnoException).code}).`,
        {
          next: "The operator must make the file named by C1_MCP_AUDIT_FILE writable.",
          cause,
        },
      );
    }
  }

  return {
    ready() {
      if (file !== undefined) open(file);
    },
    write(record) {
      trail.info(record, "write");
      if (file === undefined) return;
      const time = new Date().toISOString();
      const line = JSON.stringify(redactor.redactValue({ time, ...record, ...traceFields() }));
      try {
        const target = open(file);
        writeSync(target, `${line}\n`);
        fsyncSync(target);
      } catch (err) {
        // The write is done; its record stands on stderr at least.
        trail.error({ err }, "the audit file could not be written");
      }
    },
  };
}
