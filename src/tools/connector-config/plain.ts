import { MASK, maskUrlUser } from "./mask.ts";
import type { TypeSpec } from "./spec.ts";

/** What a field may be called that holds more than a name or an address. Marks err: a key can hold a key all the same. */
const DOUBTFUL =
  /(?:key|credential|cert|file|json|pem|dsn|connection[-_]?string|webhook|cookie|login|pin|passphrase)/i;

/** Values in a query or after a `#`, where links carry tokens. */
const VALUE_IN_URL = /([?&#][\w.~%-]*=)[^&#\s]+/g;

/** Long, without a dot or a slash. */
const RUN = /[\w+=~-]{20,}/g;

/** Whether the tenant or our table says of a field that it is no secret, and its name does not speak against that. */
export function isPlainField(key: string, { fields }: Pick<TypeSpec, "fields">): boolean {
  const field = fields.find((one) => one.key === key);
  if (!field || field.secret || field.kind === "map" || field.kind === "other") return false;
  return field.kind === "bool" || !DOUBTFUL.test(key);
}

/** The value of a field that is no secret, without what looks like one: somebody may have put it into the wrong field. */
export function maskTokens(value: string): string {
  return maskUrlUser(value)
    .replace(VALUE_IN_URL, `$1${MASK}`)
    .replace(RUN, (run) => (isToken(run) ? MASK : run));
}

/** With small letters, capitals and digits in it, or a long hexadecimal number. */
function isToken(run: string): boolean {
  return (/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)) || /^[0-9a-f]{32,}$/.test(run);
}
