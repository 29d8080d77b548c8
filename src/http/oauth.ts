import type { errors } from "jose";
import type { Caller } from "../caller.ts";
import type { Logger } from "../log/logger.ts";
import { readCaller, showClaims } from "./claims.ts";
import { ALGORITHMS, explainJwt, JWT, TOLERANCE_S } from "./explain-jwt.ts";
import { createIssuerKeys } from "./issuer-keys.ts";
import { BadToken } from "./token-errors.ts";

export interface TokenVerifier {
  /** Rejects with `BadToken` or `CannotVerify`. */
  verify(token: string): Promise<Caller>;
  /**
   * Rejects if no token can be verified; resolves to "degraded" if only new keys cannot be fetched because the issuer does not
   * answer.
   */
  ready(): Promise<"degraded" | undefined>;
  /** Milliseconds since the issuer's keys were last fetched; infinite before the first fetch. */
  keysAgeMs(): number;
}

export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly logger: Logger;
  /** Minimum time between two requests to the issuer, whatever tokens arrive, in milliseconds. */
  readonly cooldownMs?: number;
  /** Clock for the age of keys. */
  readonly now?: () => number;
}

/** Verifies access tokens of one authorization server. Sends it nothing until the first token or probe arrives. */
export function createTokenVerifier({
  issuer,
  audience,
  logger,
  cooldownMs = 10_000,
  now = () => performance.now(),
}: VerifierOptions): TokenVerifier {
  const keys = createIssuerKeys({ issuer, cooldownMs, logger, now });
  return {
    ready: keys.check,
    keysAgeMs: keys.ageMs,
    async verify(token) {
      if (!JWT.test(token)) throw new BadToken("The token is not a JWT");
      const { jwtVerify } = await import("jose");
      const checks = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: TOLERANCE_S };
      try {
        const { payload } = await jwtVerify(token, keys.find, { ...checks, requiredClaims: ["exp"] });
        return readCaller(issuer, payload);
      } catch (error) {
        throw addClaims(explainJwt(error, "token"), error as JwtError, { iss: issuer, aud: audience });
      }
    },
  };
}

type JwtError = Partial<errors.JWTClaimValidationFailed>;

/** Adds what the log may say of a refused token. Only the error of one whose signature is right has its claims. */
function addClaims(
  explained: Error,
  { claim = "", payload }: JwtError,
  wanted: Readonly<Record<string, string>>,
): Error {
  if (explained instanceof BadToken && payload)
    explained.whose = { ...showClaims(payload), expected: wanted[claim] };
  return explained;
}
