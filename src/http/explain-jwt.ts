import { BadToken, CannotVerify } from "./token-errors.ts";

/** Asymmetric algorithms only: with a shared key, whoever can verify a token could also sign one. */
export const ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

/** Tolerated difference between the issuer's clock and ours, in seconds. */
export const TOLERANCE_S = 5;

/** Matches text that has the form of a JWT. Anything else is not worth a request to the issuer. */
export const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Keyed by jose's error code, or by the name of the wrong claim. Any other error is not the token's fault. */
const REASONS: Readonly<Record<string, (what: string) => string>> = {
  ERR_JWT_EXPIRED: (what) => `The ${what} has expired`,
  ERR_JWT_INVALID: (what) => `The ${what} is not a JWT`,
  ERR_JWS_INVALID: (what) => `The ${what} is not a JWT`,
  ERR_JOSE_ALG_NOT_ALLOWED: (what) => `The ${what} is signed in a way that is not accepted`,
  ERR_JOSE_NOT_SUPPORTED: (what) => `The ${what} is signed in a way that is not accepted`,
  ERR_JWKS_NO_MATCHING_KEY: (what) => `The ${what} is signed with a key that is not the issuer's`,
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: (what) => `The ${what} does not say which key it is signed with`,
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: (what) => `The signature of the ${what} is wrong`,
  iss: (what) => `The ${what} comes from another issuer`,
  sub: (what) => `The ${what} does not say whom it stands for`,
  aud: (what) => `The ${what} is for another audience`,
  nbf: (what) => `The ${what} is not valid yet`,
  exp: (what) => `The ${what} does not say when it expires`,
  iat: (what) => `The ${what} does not say when it was made, or that is yet to come`,
  jti: (what) => `The ${what} has no id`,
  typ: (what) => `The ${what} is a token of another type`,
  client_id: (what) => `The ${what} does not say which client it is for`,
};

/**
 * Translates an error of jose for the sender of the token: `BadToken` with a reason in our own words, or `CannotVerify`.
 * @param what the name of the token in those words.
 */
export function explainJwt(error: unknown, what: string): Error {
  if (error instanceof BadToken) return error;
  const { code = "", claim, message } = error as { code?: string; claim?: string; message: string };
  if (code === "ERR_JWT_CLAIM_VALIDATION_FAILED") {
    return new BadToken(REASONS[claim ?? ""]?.(what) ?? `A claim of the ${what} is wrong`);
  }
  const reason = REASONS[code]?.(what);
  return reason === undefined ? new CannotVerify(message) : new BadToken(reason);
}
