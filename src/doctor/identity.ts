import type { C1Api, Identity } from "../c1/port.ts";
import type { TenantConfig } from "../config/tenant.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { checkLimits } from "./check-limits.ts";
import type { Skew } from "./clock-skew.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { type CheckOutcome, type Finding, fail, ok } from "./finding.ts";
import type { Places } from "./places.ts";
import type { Setup } from "./setup.ts";
import type { TokenObserver } from "./token-requests.ts";

/** Outcome of the first call with the real client, which fetches a token and asks who the credential is. */
export type FirstCall = { readonly identity: Identity } | { readonly failure: Failure };

export async function makeFirstCall(setup: Setup, api: C1Api): Promise<FirstCall> {
  try {
    return { identity: await api.session.introspect(checkLimits(setup)) };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

/** Checks the token: its origin and lifetime, or why there is none, or why C1 does not accept it. */
export function checkToken(
  call: FirstCall,
  { mints }: TokenObserver,
  { tenant: { credential }, places }: { readonly tenant: TenantConfig; readonly places: Places },
  skew: Skew | undefined,
): CheckOutcome<FirstCall> {
  const mint = mints.at(-1);
  const failure = "failure" in call ? call.failure : undefined;
  const isStatic = credential.kind === "access_token";
  if (failure && !isStatic && !mint?.issued)
    return { findings: [explainRefusal(failure, mint, skew, places)] };
  if (failure?.code === "not_authenticated")
    return { findings: [explainUnwelcome(failure, isStatic, places)] };
  const seconds = mint?.lifetimeSeconds;
  const life = seconds === undefined ? "for a time it did not state" : `for ${seconds} s`;
  const detail = isStatic
    ? "the access token from the configuration is sent as it is"
    : `C1 issued a token ${life} (${mint?.flow})`;
  return { findings: [ok(detail)], value: call };
}

function explainUnwelcome(failure: Failure, isStatic: boolean, { accessToken }: Places): Finding {
  if (failure.reason === "dpop_required") return explainRefusal(failure, undefined, undefined);
  return isStatic
    ? fail(
        "C1 does not take the access token: it expired, was revoked, or belongs to another tenant",
        `Set ${accessToken} to a fresh token, or use a client id and secret, which renew themselves.`,
      )
    : fail(
        "C1 issued a token and then did not take it: the credential was revoked just now, or may not be used from this IP address",
        "Look at the credential in C1, and at its allowed IP ranges.",
      );
}

/** Checks who the credential is. The name is best effort: introspection shows none, and a basic user may not even read their own. */
export async function checkIdentity(
  setup: Setup,
  call: FirstCall,
  api: C1Api,
): Promise<CheckOutcome<Identity>> {
  if ("failure" in call) return { findings: [explainIdentity(call.failure)] };
  const { identity } = call;
  const { userId, principalId } = identity;
  const user =
    userId === undefined ? undefined : await api.users.get(userId, checkLimits(setup)).catch(() => undefined);
  const name = [user?.displayName, user?.email && `<${user.email}>`].filter(Boolean).join(" ");
  const id = userId ?? `service principal ${principalId}`;
  const who = name === "" ? id : `${cleanText(name)} (${id})`;
  const roles = identity.roles.slice(0, 20).map((role) => cleanText(role, 80));
  return { findings: [ok(`${who}, roles: ${roles.join(", ") || "none shown"}`)], value: identity };
}

function explainIdentity(failure: Failure): Finding {
  if (failure.code !== "forbidden") return fail(failure.message, failure.next);
  return fail(
    "the credential is known but has no role in effect: C1 refuses even to say who it is",
    "Ask a C1 administrator to give it roles; a scoped credential has only those that its principal has too.",
  );
}
