import type { Failure } from "../errors.ts";
import type { Skew } from "./clock-skew.ts";
import { formatDuration } from "./credential.ts";
import { type Finding, fail } from "./finding.ts";
import { type Places, VARIABLES } from "./places.ts";
import type { MintSeen } from "./token-requests.ts";

const NEW_CREDENTIAL =
  "Make a new credential in C1 and put it in place; service-principal secrets live at most 180 days.";

/** With a larger skew, the clock is a likelier reason for a refused assertion than the credential. */
const SUSPECT_SKEW_S = 60;

/** Causes by words in the tenant's refusal; the first match counts. C1's wording is not published, so these are guesses. */
const causesOf = ({
  clientId,
  clientSecret,
}: Places): readonly (readonly [pattern: RegExp, cause: string, fix: string])[] => [
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

/** Explains why there is no token, as precisely as the tenant's response and the measured clock skew allow. */
export function explainRefusal(
  failure: Failure,
  mint: MintSeen | undefined,
  skew: Skew | undefined,
  places: Places = VARIABLES,
): Finding {
  if (failure.reason === "dpop_required")
    return fail(
      "the credential demands DPoP proofs, which this server does not support",
      "Make a credential in C1 that does not require DPoP.",
    );
  if (failure.code !== "not_authenticated") return fail(failure.message, failure.next);
  const words = mint?.words ?? "";
  const speaksOfTime = /assertion/i.test(words) && /expired|not valid yet|\b(?:nbf|exp|iat)\b/i.test(words);
  const off = Math.abs(skew?.seconds ?? 0);
  if (mint?.flow !== "secret in the body" && (speaksOfTime || off > SUSPECT_SKEW_S)) {
    const measured = off > SUSPECT_SKEW_S ? `, which is ${formatDuration(off)} off` : "";
    return fail(
      `C1 refused the credential because of this machine's clock${measured}`,
      "Set the clock: switch automatic time (NTP) on, then run doctor again.",
    );
  }
  const said = failure.quote ?? `HTTP ${failure.status}`;
  const found = causesOf(places).find(([pattern]) => pattern.test(words));
  if (found) return fail(`C1 refused the credential: ${found[1]} (${said})`, found[2]);
  return fail(
    `C1 refused the credential without saying why: it expired, was revoked, or may not be used from this IP address (${said})`,
    `Look at the credential in C1. ${NEW_CREDENTIAL}`,
  );
}
