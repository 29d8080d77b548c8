/** The closed set of reasons for which a tool call can fail. Clients and people may rely on these words. */
export const FAILURE_CODES = [
  "invalid_arguments",
  "not_configured",
  "not_authenticated",
  "forbidden",
  "not_found",
  "ambiguous_reference",
  "already_exists",
  "secret_refused",
  "rate_limited",
  "rejected",
  "unavailable",
  "outcome_unknown",
  "declined",
  "person_needed",
  "blocked",
  "cancelled",
  "internal",
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

/**
 * Whether the tenant may differ from before the call.
 * "no": nothing was written. "maybe": a write left this process and its outcome is not known.
 */
export type Changed = "no" | "maybe";

/**
 * Details that code acts on, beyond the failure's code. "cause_named": the message already names the cause, so that looking for
 * it would find nothing more. This also applies to the demand for DPoP, and to a clock that is wrong, for which the credential is
 * not to blame. "bad_credential": C1 was not asked, because what is configured as this server's credential cannot be one.
 */
export type FailureReason = "dpop_required" | "cause_named" | "wrong_clock" | "bad_credential";

/** Where a person who starts the server over stdio corrects its settings; completes "Correct this …". */
export const WHERE_SET_UP =
  "where the server is set up (the client's MCP entry; for a bundle in Claude Desktop: Settings, Extensions)";

export interface FailureDetails {
  /** What the caller should do next: one or two sentences. */
  next?: string;
  changed?: Changed;
  /** HTTP status of the answer that caused the failure. */
  status?: number;
  /** The tenant's request id, which its support will ask for. */
  requestId?: string;
  /** Seconds to wait before trying again. */
  retryAfterSeconds?: number;
  reason?: FailureReason;
  /** The tenant's own words, safe to show; the message contains them, too. */
  quote?: string;
  cause?: unknown;
}

/** A failure with everything a caller needs: what happened, whether anything changed, and what to do next. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  readonly changed: Changed;
  readonly next: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly reason: FailureReason | undefined;
  readonly quote: string | undefined;

  /** @param what what happened: one or more complete sentences in plain words. */
  constructor(code: FailureCode, what: string, details: FailureDetails = {}) {
    super(what, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.changed = details.changed ?? "no";
    this.next = details.next;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.reason = details.reason;
    this.quote = details.quote;
  }

  /** Copies the failure with the given parts replaced; everything else stays, including the cause. */
  with({ code, what, ...details }: FailureDetails & { code?: FailureCode; what?: string }): Failure {
    const { changed, next, status, requestId, retryAfterSeconds, reason, quote, cause } = this;
    const own = { changed, next, status, requestId, retryAfterSeconds, reason, quote, cause };
    const kept = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    return new Failure(code ?? this.code, what ?? this.message, { ...kept, ...details });
  }
}

/** The only form in which a failure is shown: `[code] what happened. Whether anything changed. What to do next.` */
export function formatFailure(failure: Failure): string {
  const changed =
    failure.changed === "no" ? "Nothing was changed." : "Whether anything was changed is not known.";
  const what = failure.message.trim();
  // After a list of problems, the rest gets a line of its own.
  const gap = what.includes("\n") ? "\n" : " ";
  const rest = [changed, failure.next && sentence(failure.next)].filter(Boolean).join(" ");
  return `[${failure.code}] ${gap === " " ? sentence(what) : what}${gap}${rest}`;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?)]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
