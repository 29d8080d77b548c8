import type { Settings } from "../config/schema.ts";
import { isLoopback } from "../loopback.ts";
import { portOfTrial } from "./grants/trial.ts";

export interface HttpSetup {
  readonly settings: Settings;
  readonly sandbox: boolean;
  readonly hasTokens: boolean;
  readonly hasEmaKey: boolean;
}

export type MissingReason =
  | "half_of_oauth"
  | "part_of_ema"
  | "exposed"
  | "no_authentication"
  | "no_public_url";

/** Why a configuration must not be served. */
export interface MissingSetting {
  readonly reason: MissingReason;
  /** One sentence that names what to set. */
  readonly message: string;
}

const TOKENS = "C1_MCP_HTTP_TOKEN (or C1_MCP_HTTP_TOKEN_FILE)";
const OAUTH = "C1_MCP_OAUTH_ISSUER and C1_MCP_OAUTH_AUDIENCE";

/** The ways to identify callers. */
const WAYS = `${TOKENS}, or ${OAUTH}, or C1_MCP_EMA_ISSUER`;

/** Returns a reason not to serve this configuration, or undefined if there is none. */
export function findMissingSetting({
  settings,
  sandbox,
  hasTokens,
  hasEmaKey,
}: HttpSetup): MissingSetting | undefined {
  const { host, oauthIssuer, oauthAudience, allowedHosts = [] } = settings;
  if ((oauthIssuer === undefined) !== (oauthAudience === undefined)) {
    const missing = oauthIssuer === undefined ? "C1_MCP_OAUTH_ISSUER" : "C1_MCP_OAUTH_AUDIENCE";
    const message = `Set ${missing} too: OAuth needs both the issuer and the audience.`;
    return { reason: "half_of_oauth", message };
  }
  const missingOfEma = listMissingOfEma(settings, hasEmaKey, sandbox);
  if (missingOfEma.length > 0) {
    const message = `Set ${missingOfEma.join(" and ")} too: enterprise-managed authorization needs an issuer, clients and a key.`;
    return { reason: "part_of_ema", message };
  }
  const hasAuth = hasTokens || oauthIssuer !== undefined || settings.emaIssuer !== undefined;
  if (!isLoopback(host)) {
    const missing = listMissingOnNetwork(hasAuth, allowedHosts);
    if (missing.length > 0) {
      const message = `To listen on ${host}, which other machines can reach, set ${missing.join(", and ")}.`;
      return { reason: "exposed", message };
    }
  }
  if (!hasAuth && !sandbox) {
    const message = `Set ${WAYS}: without one of these any local process could write to the tenant.`;
    return { reason: "no_authentication", message };
  }
  return findMissingAddress(settings, sandbox);
}

function findMissingAddress(settings: Settings, sandbox: boolean): MissingSetting | undefined {
  const { oauthIssuer, oauthAudience, emaIssuer, publicUrl } = settings;
  if (publicUrl !== undefined || /^https?:\/\//.test(oauthAudience ?? "")) return undefined;
  const why =
    oauthIssuer === undefined ? "C1_MCP_EMA_ISSUER needs it" : "C1_MCP_OAUTH_AUDIENCE is not an address";
  const isNeeded = oauthIssuer !== undefined || (emaIssuer !== undefined && !sandbox);
  const message = `Set C1_MCP_PUBLIC_URL to the address callers use: ${why}.`;
  return isNeeded ? { reason: "no_public_url", message } : undefined;
}

/** The settings missing from a partly configured enterprise-managed authorization. The sandbox supplies its own client and key. */
function listMissingOfEma(settings: Settings, hasKey: boolean, sandbox: boolean): string[] {
  const { emaIssuer, emaClientsFile } = settings;
  const missing = [
    ...(emaIssuer === undefined ? ["C1_MCP_EMA_ISSUER"] : []),
    ...(emaClientsFile === undefined ? ["C1_MCP_EMA_CLIENTS_FILE"] : []),
    ...(hasKey ? [] : ["C1_MCP_EMA_KEY (or C1_MCP_EMA_KEY_FILE)"]),
  ];
  const isComplete = sandbox && portOfTrial(settings, hasKey) !== undefined;
  return isComplete || missing.length === 3 ? [] : missing;
}

/** What must be set before other machines may reach the server. */
function listMissingOnNetwork(hasAuth: boolean, allowedHosts: readonly string[]): string[] {
  return [...(hasAuth ? [] : [WAYS]), ...(allowedHosts.length > 0 ? [] : ["C1_MCP_ALLOWED_HOSTS"])];
}
