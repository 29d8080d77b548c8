/** How advice refers to the two parts of a credential. */
export interface PartNames {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Why C1 refused a credential, as far as its wording tells. */
export interface RefusalCause {
  /** Completes "C1 refused the credential: …". */
  readonly cause: string;
  /** What to do about it, in a sentence of its own. */
  readonly fix: string;
}

export const NEW_CREDENTIAL =
  "Make a new credential in C1 and put it in place; service-principal secrets live at most 180 days.";

/** Causes by words in the tenant's refusal; the first match counts. C1's wording is not published, so these are guesses. */
const causesOf = ({
  clientId,
  clientSecret,
}: PartNames): readonly (readonly [pattern: RegExp, cause: string, fix: string])[] => [
  [
    /\bip\b|address|network|cidr|allow-?list|not allowed from/i,
    "it may not be used from this IP address",
    "Add this machine's public address to the credential's allowed IP ranges in C1, or make one without a limit.",
  ],
  [/revoked|disabled|deleted|inactive/i, "it was revoked or disabled", NEW_CREDENTIAL],
  [/expired/i, "it has expired", NEW_CREDENTIAL],
  [
    /unknown client|client not found|no such client/i,
    "the tenant knows no such client: it was revoked, or the id belongs to another tenant",
    `Check ${clientId} letter by letter; if it is right, make a new credential in C1.`,
  ],
  [
    /signature|wrong client secret|bad secret|invalid secret/i,
    "the secret does not belong to this client id",
    `Put id and secret of one and the same credential into ${clientId} and ${clientSecret}.`,
  ],
];

export function findRefusalCause(words: string, names: PartNames): RefusalCause | undefined {
  const found = causesOf(names).find(([pattern]) => pattern.test(words));
  return found && { cause: found[1], fix: found[2] };
}

/** Whether a refusal concerns the times in a signed assertion, and thus a clock rather than the credential. */
export function speaksOfTime(words: string): boolean {
  return /assertion/i.test(words) && /expired|not valid yet|\b(?:nbf|exp|iat)\b/i.test(words);
}
