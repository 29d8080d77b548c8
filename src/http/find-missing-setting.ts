import { isLoopback } from "../config/loopback.ts";
import type { Settings } from "../config/schema.ts";

export interface Setup {
  readonly settings: Settings;
  readonly sandbox: boolean;
  readonly hasTokens: boolean;
}

export type RefusalReason = "half_of_oauth" | "exposed" | "no_authentication" | "no_public_url";

/** Why a set-up may not be served. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** One sentence that says what to set. */
  readonly message: string;
}

const TOKENS = "C1_MCP_HTTP_TOKEN (or C1_MCP_HTTP_TOKEN_FILE)";
const OAUTH = "C1_MCP_OAUTH_ISSUER and C1_MCP_OAUTH_AUDIENCE";

/** Looks for a reason not to serve a set-up; undefined when it may be served. */
export function findMissingSetting({ settings, sandbox, hasTokens }: Setup): Refusal | undefined {
  const { host, oauthIssuer, oauthAudience, publicUrl, allowedHosts = [] } = settings;
  if ((oauthIssuer === undefined) !== (oauthAudience === undefined)) {
    const missing = oauthIssuer === undefined ? "C1_MCP_OAUTH_ISSUER" : "C1_MCP_OAUTH_AUDIENCE";
    const message = `Set ${missing} too: OAuth needs both the issuer and the audience.`;
    return { reason: "half_of_oauth", message };
  }
  const hasAuth = hasTokens || oauthIssuer !== undefined;
  if (!isLoopback(host)) {
    const missing = listMissingOnNetwork(hasAuth, allowedHosts);
    if (missing.length > 0) {
      const message = `To listen on ${host}, which other machines can reach, set ${missing.join(", and ")}.`;
      return { reason: "exposed", message };
    }
  }
  if (!hasAuth && !sandbox) {
    const message = `Set ${TOKENS} or ${OAUTH}: without them any local process could write to the tenant.`;
    return { reason: "no_authentication", message };
  }
  if (oauthIssuer !== undefined && publicUrl === undefined && !/^https?:\/\//.test(oauthAudience ?? "")) {
    const message =
      "Set C1_MCP_PUBLIC_URL to the address callers use: C1_MCP_OAUTH_AUDIENCE is not an address.";
    return { reason: "no_public_url", message };
  }
  return undefined;
}

/** What must be set before other machines may reach the server. */
function listMissingOnNetwork(hasAuth: boolean, allowedHosts: readonly string[]): string[] {
  return [
    ...(hasAuth ? [] : [`${TOKENS} or ${OAUTH}`]),
    ...(allowedHosts.length > 0 ? [] : ["C1_MCP_ALLOWED_HOSTS"]),
  ];
}
