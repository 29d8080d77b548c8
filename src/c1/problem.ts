import { Failure, type FailureCode, type FailureDetails } from "../errors.ts";
import type { Redactor } from "../log/redact.ts";
import { quoteForeign } from "../text.ts";
import type { ArrivedAnswer } from "./exchange.ts";
import { isAborted, leavesOpen } from "./grpc-code.ts";
import { firstOf, type Mask, readReason, showForeign } from "./reason.ts";
import { readRetryAfter } from "./retry.ts";

/** The purpose of a failed request. */
export interface Subject {
  /** Completes "C1 could not …": "create the app". */
  readonly operation: string;
  /** Completes "Could not …" for a request that serves another purpose: "get an access token from C1". */
  readonly own?: string;
  readonly write: boolean;
}

export const CHECK_CREDENTIAL =
  "Check the C1 credential: it may be expired, revoked or not allowed from this IP address (service-principal secrets live at most 180 days).";
export const DPOP_REQUIRED = {
  reason: "dpop_required",
  next: "The C1 credential demands DPoP proofs, which this server does not support. Issue one that does not require DPoP.",
} as const satisfies FailureDetails;
export const CHECK_OUTCOME = "Check in C1 whether it was done before trying again.";
export const TRY_LATER = "Try again in a minute.";

/**
 * The failure that a response outside 2xx stands for. `now` is in milliseconds since the epoch.
 * @param mask see `readReason`.
 */
export function explainAnswer(
  answer: ArrivedAnswer,
  subject: Subject,
  redactor: Redactor,
  now: number,
  mask: Mask = redactor.redact,
): Failure {
  const { status, headers } = answer;
  const { text, requestId } = readReason(answer.body, headers, redactor, mask);
  const [code, what, details] = judgeStatus(answer, subject, mask);
  const retryAfterSeconds = readRetryAfter(firstOf(headers["retry-after"]), now);
  const waitFor = status === 429 && retryAfterSeconds !== undefined;
  const message = `${what}${text ? `: ${quoteForeign(text)}` : ""}${requestId ? ` (request id ${requestId})` : ""}.`;
  return new Failure(code, message, {
    status,
    ...details,
    ...(waitFor && { next: `Try again in ${retryAfterSeconds} s.` }),
    ...(requestId !== undefined && { requestId }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** C1, or a hop on the way to it, gave up on the request at an unknown moment. */
const GAVE_UP: ReadonlySet<number> = new Set([408, 425, 499]);

type Verdict = [code: FailureCode, what: string, details?: FailureDetails];

function judgeStatus(answer: ArrivedAnswer, subject: Subject, mask: Mask): Verdict {
  const { operation, write } = subject;
  const { status } = answer;
  if (status < 400) return explainRedirect(answer, subject, mask);
  const open = leavesOpen(answer);
  if (status === 409 && (!write || !open || isAborted(answer)))
    return explainConflict(operation, write && open);
  if (status >= 500 || GAVE_UP.has(status) || (open && (write || !(answer.isCut || status === 429)))) {
    if (!write) return ["unavailable", `C1 could not ${operation} (HTTP ${status})`, { next: TRY_LATER }];
    const what = `C1 answered HTTP ${status} when asked to ${operation}, so the outcome is not known`;
    return ["outcome_unknown", what, { changed: "maybe", next: CHECK_OUTCOME }];
  }
  switch (status) {
    case 401:
      return explainUnauthorized(answer, operation);
    case 403:
      return [
        "forbidden",
        `C1 does not allow this credential to ${operation}`,
        { next: "Ask a C1 administrator to give this credential the roles it needs." },
      ];
    case 404:
      return [
        "not_found",
        `C1 could not ${operation}, because something it refers to was not found`,
        { next: "Check the ids." },
      ];
    case 429:
      return [
        "rate_limited",
        `C1 did not ${operation}, because it is limiting requests`,
        { next: TRY_LATER },
      ];
    default:
      return [
        "rejected",
        `C1 rejected the request to ${operation} (HTTP ${status})`,
        { next: "Correct what C1 names; the same call again would fail again." },
      ];
  }
}

function explainUnauthorized({ headers }: ArrivedAnswer, operation: string): Verdict {
  if (/^\s*dpop/i.test(firstOf(headers["www-authenticate"]) ?? ""))
    return ["not_authenticated", `C1 refused to ${operation}`, DPOP_REQUIRED];
  const what = `C1 did not accept the credential to ${operation}`;
  return ["not_authenticated", what, { next: CHECK_CREDENTIAL }];
}

/** ABORTED and ALREADY_EXISTS both arrive as 409; only a look-up tells what exists. */
function explainConflict(operation: string, open: boolean): Verdict {
  const what = `C1 could not ${operation} because of a conflict (HTTP 409)`;
  return ["rejected", what, { ...(open && { changed: "maybe" }), next: "Look at what is there already." }];
}

/** Redirects are not followed: C1 redirects only wrongly addressed requests, and the bearer token must not go elsewhere. */
function explainRedirect(
  { status, headers }: ArrivedAnswer,
  { operation, write }: Subject,
  mask: Mask,
): Verdict {
  const location = firstOf(headers.location) ?? "";
  const target = URL.canParse(location) ? ` to ${showForeign(new URL(location).origin, mask)}` : "";
  const redirects = `the server address redirects${target} (HTTP ${status})`;
  const next = "Set the tenant address (CONDUCTORONE_SERVER_URL) to the tenant's own.";
  // 307 and 308 ask for the same request elsewhere; the others may also mean "done, now look there".
  if (!write || status === 307 || status === 308)
    return ["unavailable", `C1 could not ${operation}: ${redirects}`, { next }];
  const what = `When asked to ${operation}, ${redirects}, so the outcome is not known`;
  return ["outcome_unknown", what, { changed: "maybe", next }];
}
