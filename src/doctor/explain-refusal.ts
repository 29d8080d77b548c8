import { findRefusalCause, NEW_CREDENTIAL, speaksOfTime } from "../c1/auth/refusal-causes.ts";
import type { Failure } from "../errors.ts";
import type { Skew } from "./clock-skew.ts";
import { formatDuration } from "./credential.ts";
import { type Finding, fail } from "./finding.ts";
import { type Places, VARIABLES } from "./places.ts";
import type { MintSeen } from "./token-requests.ts";

/** With a larger skew, the clock is a likelier reason for a refused assertion than the credential. */
const SUSPECT_SKEW_S = 60;

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
  const off = Math.abs(skew?.seconds ?? 0);
  if (mint?.flow !== "secret in the body" && (speaksOfTime(words) || off > SUSPECT_SKEW_S)) {
    const measured = off > SUSPECT_SKEW_S ? `, which is ${formatDuration(off)} off` : "";
    return fail(
      `C1 refused the credential because of this machine's clock${measured}`,
      "Set the clock: switch automatic time (NTP) on, then run doctor again.",
    );
  }
  const said = failure.quote ?? `HTTP ${failure.status}`;
  const found = findRefusalCause(words, places);
  if (found) return fail(`C1 refused the credential: ${found.cause} (${said})`, found.fix);
  return fail(
    `C1 refused the credential without saying why: it expired, was revoked, or may not be used from this IP address (${said})`,
    `Look at the credential in C1. ${NEW_CREDENTIAL}`,
  );
}
