import { ALGORITHMS } from "../explain-jwt.ts";
import { MCP_PATH } from "../mcp-path.ts";
import { CLIENT_PROOFS } from "./prove-client.ts";

const WELL_KNOWN = "/.well-known/oauth-authorization-server";

/** The URLs of this authorization server. */
export interface IssuerUrls {
  /** Its issuer in metadata and assertions, without a trailing slash. */
  readonly issuer: string;
  readonly tokenUrl: string;
  /** Paths by which a metadata request may arrive; a proxy may have shortened them. */
  readonly metadataPaths: ReadonlySet<string>;
  readonly tokenPaths: ReadonlySet<string>;
  readonly authorizePaths: ReadonlySet<string>;
}

/** The authorization server shares the MCP endpoint's path, minus the last segment. */
export function issuerUrlsOf(resource: string): IssuerUrls {
  const { origin, pathname } = new URL(resource);
  const base = (pathname.endsWith(MCP_PATH) ? pathname.slice(0, -MCP_PATH.length) : pathname).replace(
    /\/$/,
    "",
  );
  const issuer = origin + base;
  return {
    issuer,
    tokenUrl: `${issuer}/token`,
    metadataPaths: new Set([WELL_KNOWN, WELL_KNOWN + base]),
    tokenPaths: new Set(["/token", `${base}/token`]),
    authorizePaths: new Set(["/authorize", `${base}/authorize`]),
  };
}

/**
 * The metadata for clients and C1 (RFC 8414). The grant itself uses neither `authorization_endpoint` nor the response type
 * "code", but some clients reject metadata without them: C1's documentation says so of the first, and Claude Code 2.1.330 was
 * seen to require the second.
 */
export function describeServer({ issuer, tokenUrl }: IssuerUrls, scopes: readonly string[]): string {
  return JSON.stringify({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: tokenUrl,
    scopes_supported: scopes,
    response_types_supported: ["code"],
    code_challenge_methods_supported: ["S256"],
    grant_types_supported: ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
    authorization_grant_profiles_supported: ["urn:ietf:params:oauth:grant-profile:id-jag"],
    token_endpoint_auth_methods_supported: CLIENT_PROOFS,
    token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  });
}
