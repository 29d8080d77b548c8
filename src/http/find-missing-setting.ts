import { isLoopback } from "../config/loopback.ts";
import type { Settings } from "../config/schema.ts";

export interface Setup {
  readonly settings: Settings;
  readonly sandbox: boolean;
  readonly hasTokens: boolean;
}

const TOKENS = "C1_MCP_HTTP_TOKEN (or C1_MCP_HTTP_TOKEN_FILE)";
const OAUTH = "C1_MCP_OAUTH_ISSUER and C1_MCP_OAUTH_AUDIENCE";

/** Why a set-up may not be served, in one sentence that says what to set; undefined when it may. */
export function findMissingSetting({ settings, sandbox, hasTokens }: Setup): string | undefined {
  const { host, oauthIssuer, oauthAudience, publicUrl, allowedHosts = [] } = settings;
  if ((oauthIssuer === undefined) !== (oauthAudience === undefined)) {
    return `Set ${oauthIssuer === undefined ? "C1_MCP_OAUTH_ISSUER" : "C1_MCP_OAUTH_AUDIENCE"} too: OAuth needs both the issuer and the audience.`;
  }
  const hasAuth = hasTokens || oauthIssuer !== undefined;
  if (!isLoopback(host)) {
    const missing = [
      ...(hasAuth ? [] : [`${TOKENS} or ${OAUTH}`]),
      ...(allowedHosts.length > 0 ? [] : ["C1_MCP_ALLOWED_HOSTS"]),
    ];
    if (missing.length > 0) {
      return `To listen on ${host}, which other machines can reach, set ${missing.join(", and ")}.`;
    }
  }
  if (!hasAuth && !sandbox) {
    return `Set ${TOKENS} or ${OAUTH}: without them any local process could write to the tenant.`;
  }
  if (oauthIssuer !== undefined && publicUrl === undefined && !/^https?:\/\//.test(oauthAudience ?? "")) {
    return "Set C1_MCP_PUBLIC_URL to the address callers use: C1_MCP_OAUTH_AUDIENCE is not an address.";
  }
  return undefined;
}
