import type { JWTPayload } from "jose";
import { ALGORITHMS, explainJwt, JWT, TOLERANCE_S } from "../explain-jwt.ts";
import type { IssuerKeys } from "../issuer-keys.ts";
import { BadToken } from "../token-errors.ts";
import { GrantProblem, invalidGrant } from "./grant-problem.ts";

/** The claims become part of the access token, which must fit into one header line. */
const MAX_ASSERTION_LENGTH = 6_000;

/** Maximum age of an assertion, in seconds. */
export const MAX_AGE_S = 300;

export interface AssertionChecks {
  /** The issuer of the assertions. */
  readonly issuer: string;
  readonly keys: IssuerKeys["find"];
  /** Our own issuer, which must be the only audience of an assertion. */
  readonly audience: string;
  /** Our own resource URL, for assertions that name one. */
  readonly resource: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The claims of a verified assertion. */
export interface Asserted extends JWTPayload {
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
}

/**
 * Verifies an ID-JAG (draft-ietf-oauth-identity-assertion-authz-grant-04; C1 documents the checks it expects). Does not check
 * that the assertion is used only once. Rejects with `GrantProblem`.
 * @param client the client that sent it, and for which it must have been issued.
 */
export async function checkAssertion(
  assertion: string,
  client: string,
  checks: AssertionChecks,
): Promise<Asserted> {
  const { issuer, keys, audience, now } = checks;
  if (assertion.length > MAX_ASSERTION_LENGTH) throw invalidGrant("The assertion is too long");
  if (!JWT.test(assertion)) throw invalidGrant("The assertion is not a JWT");
  const { jwtVerify } = await import("jose");
  try {
    const { payload } = await jwtVerify<Asserted>(assertion, keys, {
      typ: "oauth-id-jag+jwt",
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: TOLERANCE_S,
      currentDate: new Date(now()),
      requiredClaims: ["exp", "sub", "jti", "client_id"],
      maxTokenAge: MAX_AGE_S,
    });
    checkClaims(payload, client, checks);
    return payload;
  } catch (error) {
    throw toProblem(error);
  }
}

/** The checks that jose does not make. */
function checkClaims(claims: Asserted, client: string, { resource }: AssertionChecks): void {
  const { aud, client_id, sub, jti, cnf } = claims;
  if ([aud].flat().length !== 1) throw new BadToken("The assertion is for more than one audience");
  if (client_id !== client) throw new BadToken("The assertion is for another client");
  if (typeof sub !== "string" || sub.trim() === "") {
    throw new BadToken("The assertion does not say whom it stands for");
  }
  if (typeof jti !== "string" || jti === "") throw new BadToken("The assertion has no id");
  // C1's own assertions do not always name a resource. The audience is then sufficient, because we serve a single resource.
  if (claims.resource !== undefined && ![claims.resource].flat().includes(resource)) {
    throw new BadToken("The assertion is for another resource");
  }
  // Accepting a key-bound assertion from any holder would defeat the binding that its issuer intended.
  if (cnf !== undefined) throw new BadToken("The assertion is bound to a key, which is not supported here");
}

function toProblem(error: unknown): GrantProblem {
  const explained = explainJwt(error, "assertion");
  if (explained instanceof BadToken) return invalidGrant(explained.message);
  // Not 503: that is how a replica announces that it is stopping.
  const message = "The issuer of the assertion does not answer, so that it cannot be verified";
  return new GrantProblem("temporarily_unavailable", message, {
    status: 502,
    headers: { "retry-after": "5" },
  });
}
