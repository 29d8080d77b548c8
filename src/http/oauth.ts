import type { Caller } from "../caller.ts";
import type { Logger } from "../log/logger.ts";
import { readCaller } from "./claims.ts";
import { createIssuerKeys } from "./issuer-keys.ts";
import { BadToken, CannotVerify } from "./token-errors.ts";

/** Signatures that only the issuer can make: with a shared key whoever can verify could also sign. */
const ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

/** How far the clocks of issuer and server may be apart, in seconds. */
const TOLERANCE_S = 5;

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Keyed by jose's error codes, or by the claim where a claim is wrong. Any other error is not the token's fault. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: "The token has expired",
  ERR_JWT_INVALID: "The token is not a JWT",
  ERR_JWS_INVALID: "The token is not a JWT",
  ERR_JOSE_ALG_NOT_ALLOWED: "The token is signed in a way that is not accepted",
  ERR_JOSE_NOT_SUPPORTED: "The token is signed in a way that is not accepted",
  ERR_JWKS_NO_MATCHING_KEY: "The token is signed with a key that is not the issuer's",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "The token does not say which key it is signed with",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "The signature of the token is wrong",
  iss: "The token comes from another issuer",
  aud: "The token is for another audience",
  nbf: "The token is not valid yet",
  exp: "The token does not say when it expires",
};

export interface TokenVerifier {
  /** Rejects with `BadToken` or `CannotVerify`. */
  verify(token: string): Promise<Caller>;
  /** Rejects while no token can be verified; "degraded" while that is so only for new keys, because the issuer does not answer. */
  ready(): Promise<"degraded" | undefined>;
  /** Time since the issuer's keys were last read; infinite before. */
  keysAgeMs(): number;
}

export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly logger: Logger;
  /** The shortest time between two looks at the issuer, whatever tokens come in; in milliseconds. */
  readonly cooldownMs?: number;
  /** Measures how old keys are. */
  readonly now?: () => number;
}

/** Verifies access tokens of one authorization server. Asks it for nothing until the first token or probe. */
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
      // Nothing but a JWT is worth asking the issuer about.
      if (!JWT.test(token)) throw new BadToken("The token is not a JWT");
      const { jwtVerify } = await import("jose");
      const checks = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: TOLERANCE_S };
      try {
        const { payload } = await jwtVerify(token, keys.find, { ...checks, requiredClaims: ["exp"] });
        return readCaller(issuer, payload);
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

function explain(error: unknown): Error {
  if (error instanceof BadToken) return error;
  const { code = "", claim, message } = error as { code?: string; claim?: string; message: string };
  if (code === "ERR_JWT_CLAIM_VALIDATION_FAILED") {
    return new BadToken(REASONS[claim ?? ""] ?? "A claim of the token is wrong");
  }
  const reason = REASONS[code];
  return reason === undefined ? new CannotVerify(message) : new BadToken(reason);
}
