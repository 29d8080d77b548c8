import { type Clock, type Limits, readSteady } from "../../clock.ts";
import { Failure } from "../../errors.ts";
import type { Redactor } from "../../log/redact.ts";
import type { ArrivedAnswer } from "../exchange.ts";
import { explainBroken, isTransient, wasCut } from "../network-problem.ts";
import { parseObject, text } from "../parse.ts";
import { DPOP_REQUIRED, explainAnswer, TRY_LATER } from "../problem.ts";
import { showForeign } from "../reason.ts";
import { type AttemptResult, withRetries } from "../retry.ts";
import type { Transport } from "../transport.ts";
import type { Minted } from "./cache.ts";

/** Assumed lifetime if the response states none. Short to be safe; a 401 renews the token in any case. */
const FALLBACK_LIFETIME_S = 60;

/**
 * The error codes of RFC 9449. The description is also read, but with secrets masked: an assertion that it quotes could happen to
 * contain the same four letters.
 */
const DPOP_ERRORS: ReadonlySet<string> = new Set(["invalid_dpop_proof", "use_dpop_nonce"]);

/** A mint writes nothing that a caller asked for: repeating it is safe, and its failure means that nothing was changed. */
const SUBJECT = { operation: "issue an access token", own: "get an access token from C1", write: false };

export interface TokenEndpointOptions {
  readonly transport: Transport;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: () => number;
}

/** A refusal of the credential, or of the way it was presented. */
export interface TokenRefusal {
  readonly error: string;
  readonly description: string;
  readonly failure: Failure;
}

export type TokenAnswer = { readonly minted: Minted } | { readonly refusal: TokenRefusal };

/**
 * Posts a form to the tenant's token endpoint. `advice` says what to check if the credential is refused. Rejects with a Failure
 * if the endpoint gave no OAuth response.
 */
export async function requestToken(
  form: Readonly<Record<string, string>>,
  advice: string,
  limits: Limits,
  options: TokenEndpointOptions,
): Promise<TokenAnswer> {
  const { transport, redactor, clock } = options;
  const body = new URLSearchParams(form).toString();
  return withRetries(attempt, limits, options);

  async function attempt(): Promise<AttemptResult<TokenAnswer>> {
    const started = readSteady(clock);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const request = { ...SUBJECT, method: "POST", path: "/auth/v1/token", headers, body } as const;
    const result = await transport.send(request, limits);
    if (result.kind === "broken") {
      const { host, proxied } = transport;
      const waitedMs = readSteady(clock) - started;
      const failure = explainBroken(result, SUBJECT, { host, proxied, cancelled: false, waitedMs, redactor });
      return { ok: false, failure, again: isTransient(result), isCut: wasCut(result) };
    }
    const { status } = result;
    if (status >= 200 && status <= 299)
      return { ok: true, value: { minted: readToken(result, transport.host) } };
    const refusal = status < 500 && status !== 429 ? readTokenRefusal(result, advice, options) : undefined;
    if (refusal) return { ok: true, value: { refusal } };
    const failure = explainAnswer(result, SUBJECT, redactor, clock.now());
    // Not "not found": the endpoint itself is missing, and so is the tenant.
    if (failure.code !== "unavailable" && failure.code !== "rate_limited")
      throw notC1(transport.host, status);
    return { ok: false, failure, again: status === 429 || (status >= 502 && status <= 504) };
  }
}

function readToken({ status, body }: ArrivedAnswer, host: string): Minted {
  const { access_token: token, token_type: type, expires_in: lifetime } = parseObject(body) ?? {};
  if (typeof type === "string" && type.toLowerCase() === "dpop") throw dpopFailure();
  if (typeof token !== "string" || !isTokenText(token)) throw notC1(host, status);
  const seconds = Number(lifetime);
  return { token, lifetimeMs: (seconds > 0 ? seconds : FALLBACK_LIFETIME_S) * 1000 };
}

function readTokenRefusal(
  { status, body }: ArrivedAnswer,
  advice: string,
  { redactor, transport }: TokenEndpointOptions,
): TokenRefusal | undefined {
  const fields = parseObject(body) ?? {};
  const error = text.parse(fields.error) ?? "";
  // The gateway in front of the endpoint responds in the API's form, or in none.
  const description = text.parse(fields.error_description) ?? text.parse(fields.message) ?? "";
  const refuses = status === 401 || status === 403 || (status === 400 && description !== "");
  if (error === "" && !refuses) return undefined;
  if (DPOP_ERRORS.has(error) || /\bdpop\b/i.test(redactor.redact(description))) throw dpopFailure(status);
  const words = [error, description].filter(Boolean).join(": ");
  const quote = showForeign(words === "" ? `HTTP ${status}` : words, redactor.redact);
  const what = `${transport.host} refused to issue an access token for this credential (${quote}).`;
  const failure = new Failure("not_authenticated", what, { status, quote, next: advice });
  return { error, description, failure };
}

/** Whether a text can be sent as a bearer token in an Authorization header. */
export function isTokenText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function dpopFailure(status?: number): Failure {
  const what = "C1 issues no plain bearer token for this credential.";
  return new Failure("not_authenticated", what, { ...(status && { status }), ...DPOP_REQUIRED });
}

function notC1(host: string, status: number): Failure {
  const what = `${host} does not answer like a C1 token endpoint (HTTP ${status}).`;
  return new Failure("unavailable", what, { status, next: `Check the tenant address. ${TRY_LATER}` });
}
