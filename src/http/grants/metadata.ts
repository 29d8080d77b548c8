import { ALGORITHMS } from "../explain-jwt.ts";
import { MCP_PATH } from "../mcp-path.ts";
import { CLIENT_PROOFS } from "./prove-client.ts";

const WELL_KNOWN = "/.well-known/oauth-authorization-server";

/** Where the parts of this authorization server are. */
export interface Places {
  /** What it is called in metadata and assertions, without a final slash. */
  readonly issuer: string;
  readonly tokenUrl: string;
  /** Paths that a request may come by, which a proxy may have shortened. */
  readonly metadataPaths: ReadonlySet<string>;
  readonly tokenPaths: ReadonlySet<string>;
  readonly authorizePaths: ReadonlySet<string>;
}

/** The authorization server stands where the MCP endpoint does, without the last part of its path. */
export function placesOf(resource: string): Places {
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
 * What clients and C1 are told (RFC 8414). An `authorization_endpoint` and the response type "code" are there for clients that take
 * no metadata without them, although this grant has no use for either: C1's documents say so of the first, Claude Code 2.1.330 shows
 * it of the second.
 */
export function describeServer({ issuer, tokenUrl }: Places, scopes: readonly string[]): string {
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
