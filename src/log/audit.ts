import type { Logger } from "./logger.ts";

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

export type Audit = (record: AuditRecord) => void;

/** Audit records on stderr, one line each, at every log level. */
export function createAudit(logger: Logger): Audit {
  // A child of its own level: `C1_MCP_LOG_LEVEL=silent` silences the chatter, not the audit trail.
  const trail = logger.child({ audit: true }, { level: "info" });
  return (record) => trail.info(record, "write");
}
