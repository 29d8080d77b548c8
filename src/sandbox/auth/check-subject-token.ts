import { decodeJwt, decodeProtectedHeader } from "jose";
import { invalidRequest } from "./oauth-problem.ts";

const MAX_AGE_SECONDS = 600;
const CLOCK_SKEW_SECONDS = 60;

/**
 * Checks the token of an external issuer. The sandbox trusts no issuer in particular, so it accepts any fresh, well-formed JWT
 * for this tenant, whatever its signature.
 */
export function checkSubjectToken(token: string, host: string, nowMs: number): void {
  const claims = decodeToken(token);
  const now = nowMs / 1000;
  const hosts = [host, host.replace(/:\d+$/, "")];
  if (![claims.aud ?? []].flat().some((audience) => hosts.includes(audience))) {
    throw invalidRequest("subject_token: aud must be the tenant's host");
  }
  if (typeof claims.iat !== "number") throw invalidRequest("subject_token: iat is missing");
  if (now - claims.iat > MAX_AGE_SECONDS)
    throw invalidRequest("subject_token: issued more than 10 minutes ago");
  if (claims.iat - now > CLOCK_SKEW_SECONDS) throw invalidRequest("subject_token: issued in the future");
  if (typeof claims.exp === "number" && claims.exp <= now) throw invalidRequest("subject_token: expired");
}

function decodeToken(token: string) {
  try {
    decodeProtectedHeader(token);
    return decodeJwt(token);
  } catch {
    throw invalidRequest("subject_token is not a JWT");
  }
}
