import { AnswerTooLong, fetchShort } from "../fetch-short.ts";
import { isLoopback } from "../loopback.ts";
import { CannotVerify } from "./token-errors.ts";

const TIMEOUT_MS = 5_000;

/** The parts of an authorization server's metadata that a resource server needs. */
export interface IssuerMetadata {
  readonly issuer: string;
  readonly jwksUrl: URL;
}

/** Finds an issuer's keys by RFC 8414 or OpenID Connect Discovery. Rejects with `CannotVerify`. */
export async function discoverIssuer(issuer: string): Promise<IssuerMetadata> {
  const problems: string[] = [];
  for (const url of metadataUrls(issuer)) {
    const found = await readMetadata(url, issuer).catch((error: unknown) => explain(error));
    if (typeof found !== "string") return found;
    problems.push(`${url.pathname}: ${found}`);
  }
  throw new CannotVerify(`the issuer gives no metadata (${problems.join("; ")})`);
}

/** For an issuer with a path, RFC 8414 puts the well-known part before the path and OpenID Connect puts it after. */
function metadataUrls(issuer: string): URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ].map((text) => new URL(text));
}

async function readMetadata(url: URL, issuer: string): Promise<IssuerMetadata> {
  const response = await fetchShort(url, {
    headers: { accept: "application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new CannotVerify(`HTTP ${response.status}`);
  const found = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown } | null;
  // Compared exactly, so that no issuer can pass for another.
  if (found?.issuer !== issuer) throw new CannotVerify("it is the metadata of another issuer");
  const keys = found.jwks_uri;
  if (typeof keys !== "string" || !URL.canParse(keys)) throw new CannotVerify("it names no jwks_uri");
  const jwksUrl = new URL(keys);
  const secure = jwksUrl.protocol === "https:" || isLoopback(jwksUrl.hostname);
  if (!secure) throw new CannotVerify("its jwks_uri is not https");
  return { issuer, jwksUrl };
}

function explain(error: unknown): string {
  if (error instanceof CannotVerify || error instanceof AnswerTooLong) return error.message;
  const { name, cause } = error as { name: string; cause?: { code?: unknown } };
  // Behind a proxy, Node gives some errors a number.
  return typeof cause?.code === "string" ? cause.code : name;
}
