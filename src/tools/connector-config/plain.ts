import { MASK } from "../../log/redact.ts";
import { maskUrlUser } from "./mask.ts";
import type { TypeSpec } from "./spec.ts";

/** Names of fields that may contain secrets, even if neither the tenant nor our table marks them as secret. */
const DOUBTFUL =
  /(?:key|credential|cert|file|json|pem|dsn|connection[-_]?string|webhook|cookie|login|pin|passphrase)/i;

/** Values in the query or the fragment of a URL, where links carry tokens. */
const VALUE_IN_URL = /([?&#][\w.~%-]*=)[^&#\s]+/g;

/** Long words without a dot or a slash. */
const RUN = /[\w+=~-]{20,}/g;

/**
 * Forms of secrets, each with its replacement. Sources: RFC 3986 3.2.1 (user in a URL), RFC 7519 (JWT), RFC 7468 (PEM), and what
 * GitHub ("About authentication"), Slack ("Tokens", "Incoming webhooks"), AWS ("Unique identifiers"), GitLab ("Token overview"),
 * Google Cloud ("API keys"), OpenAI and Anthropic publish about their tokens.
 */
const SHAPES: readonly (readonly [form: RegExp, shown: string])[] = [
  // A password with characters that a URL must escape; a number is a port.
  [/:\/\/[^\s/?#:@]{0,200}:(?!\s|\d{1,5}(?:[/?#:\s]|$))[^@\n]{1,200}@/g, `://${MASK}@`],
  // The same without a scheme.
  [/(^|[\s"'=,;(])[^\s/?#:@"'=,;(]{1,200}:(?!\/\/)[^\s@]{1,200}@(?=[\w[])/g, `$1${MASK}@`],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY[\s\S]*/g, MASK],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, MASK],
  [/\b(?:gh[a-z]_|github_pat_|glpat-|xox[a-z]-|xapp-|sk-|AIza)[\w-]{8,}/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, MASK],
  [/\b(pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key)=[^\s;,&"']+/gi, `$1=${MASK}`],
];

/** The last segment of a webhook's path, if it is too long for a name. */
const LAST_SEGMENT = /\/[A-Za-z0-9]{20,}(?=$|[?#\s])/g;

/** An AWS secret key, which is this long and may contain slashes. */
const SLASHED = /(?<![\w/+.:])[A-Za-z0-9/+]{40}(?![\w/+=.])/g;

/** Whether the tenant or our table says that a field is not secret, and its name does not suggest otherwise. */
export function isPlainField(key: string, { fields }: Pick<TypeSpec, "fields">): boolean {
  const field = fields.find((one) => one.key === key);
  if (!field || field.secret || field.kind === "map" || field.kind === "other") return false;
  return field.kind === "bool" || !DOUBTFUL.test(key);
}

/** Masks everything in a value that looks like a secret: somebody may have put one into the wrong field. */
export function maskTokens(value: string): string {
  const text = SHAPES.reduce((text, [form, shown]) => text.replace(form, shown), maskUrlUser(value));
  return (text.includes("://") ? text.replace(LAST_SEGMENT, `/${MASK}`) : text)
    .replace(VALUE_IN_URL, `$1${MASK}`)
    .replace(SLASHED, (run) => (isToken(run) ? MASK : run))
    .replace(RUN, (run) => (isToken(run) ? MASK : run));
}

/** Whether a word has small letters, capitals and digits, or is a long hexadecimal number. */
function isToken(run: string): boolean {
  return (/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)) || /^[0-9a-f]{32,}$/i.test(run);
}
