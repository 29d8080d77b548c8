import type { Credential } from "../config/credential.ts";
import type { Configuration } from "../config/load.ts";
import type { Settings } from "../config/schema.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { isLoopback } from "../loopback.ts";
import { abortCallsOn } from "../mcp/abort-calls-on.ts";
import { createMcpFetch } from "../mcp/http.ts";
import { trackCalls } from "../mcp/track-calls.ts";
import type { Shared } from "../replicas/port.ts";
import type { Registry } from "../tools/registry.ts";
import { LONGEST_WAIT_SECONDS } from "../tools/wait-state.ts";
import { isAuthenticated } from "./authenticate.ts";
import type { FrontOptions } from "./front.ts";
import type { Gate } from "./gate.ts";
import type { Trial } from "./grants/trial.ts";
import type { Check } from "./health.ts";
import { createTokenVerifier, type TokenVerifier } from "./oauth.ts";
import { metadataUrlOf, resourceOf } from "./resource.ts";
import { everyScopeOf, scopesOf } from "./scopes.ts";
import { createStaticTokens, type StaticTokens } from "./static-tokens.ts";

export interface Parts {
  readonly configuration: Configuration;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly gate: Gate;
  readonly shared: Shared;
  /** Whether the store shared by replicas can be used; absent without one. */
  readonly isStoreUp: (() => Promise<boolean>) | undefined;
  /** Whether the audit file took the last record; absent without one. */
  readonly isAuditFileUp?: (() => boolean) | undefined;
  readonly servePage?: FrontOptions["servePage"];
  /** Checks the file that maps callers to credentials; absent without one. */
  readonly checkCredentials?: Check | undefined;
  /** Clients and keys for the sandbox as assertion issuer; absent when it issues none. */
  readonly trial?: Trial | undefined;
}

export interface Assembled extends FrontOptions {
  /** Age of the OAuth issuer's keys, for the metrics; absent without OAuth. */
  readonly keysAgeMs: (() => number) | undefined;
  /** How many calls are running. */
  readonly countCalls: () => number;
  /** Whether the shared store answers, for the metrics; absent without one. */
  readonly isStoreUp: (() => Promise<boolean>) | undefined;
}

/** Builds the options of the HTTP front from the configuration, or returns the problem that prevents the start. */
export async function assembleFront(parts: Parts): Promise<Assembled | { readonly problem: string }> {
  const { configuration, registry, logger, redactor, gate, shared, isStoreUp, checkCredentials } = parts;
  const { settings, httpToken, stateKey, tenant } = configuration;
  const { oauthIssuer: issuer } = settings;

  const tokens = httpToken && createStaticTokens(httpToken, redactor, logger);
  const problem = await tokens?.check();
  if (problem !== undefined) return { problem };
  const oauth = assembleOAuth(settings, logger);
  const url = resourceOf(settings);
  const everyScope = everyScopeOf(registry);
  const grants = await assembleGrants(parts, url, everyScope);
  if (grants && "problem" in grants) return grants;
  const hasAuth = tokens !== undefined || oauth !== undefined || grants !== undefined;
  const issuers = [grants?.issuer, issuer].filter((known) => known !== undefined);
  const metadataUrl = issuers.length > 0 ? metadataUrlOf(url) : undefined;
  // A grant issuer narrows whatever scopes are requested to those that the person holds.
  const scopes = grants ? everyScope : scopesOf(registry);
  const calls = trackCalls(abortCallsOn(gate.over, registry));
  return {
    mcp: createMcpFetch(calls.registry, { stateKey, uses: shared }),
    countCalls: calls.count,
    logger,
    gate,
    servePage: parts.servePage,
    checks: {
      ...collectChecks(tokens, oauth, tenant?.credential, parts),
      ...(checkCredentials && { c1_credential: checkCredentials }),
      ...grants?.checks,
    },
    addressing: {
      hosts: settings.allowedHosts ?? [],
      origins: settings.allowedOrigins ?? [],
      loopback: isLoopback(settings.host),
    },
    auth: hasAuth ? isAuthenticated({ tokens, oauth, grants, metadataUrl, scopes, logger }) : undefined,
    keysAgeMs: oauth?.keysAgeMs,
    isStoreUp,
    grants: grants?.guard,
    resource: issuers.length > 0 ? { url, issuers, scopes: everyScope } : undefined,
    // An unauthenticated sandbox has no callers to tell apart.
    callerLimits: hasAuth
      ? { perMinute: settings.rateLimit, concurrent: settings.maxConcurrent, rates: shared, left: calls.left }
      : undefined,
    timeLimits: { totalMs: settings.timeoutMs + LONGEST_WAIT_SECONDS * 1000 + SLOW_READER_MS },
  };
}

function assembleOAuth({ oauthIssuer: issuer, oauthAudience: audience }: Settings, logger: Logger) {
  if (issuer === undefined || audience === undefined) return undefined;
  return createTokenVerifier({ issuer, audience, logger });
}

/** Loaded only when configured. */
async function assembleGrants(
  { configuration, shared, logger, trial }: Parts,
  resource: string,
  scopes: readonly string[],
) {
  const { settings, emaKey: keys } = configuration;
  if (settings.emaIssuer === undefined) return undefined;
  const { openGrants } = await import("./grants/open.ts");
  return openGrants({ settings, keys, trial, resource, scopes, shared, logger });
}

/** Allowance for a caller who reads slowly, on top of a call's own work and its wait. */
const SLOW_READER_MS = 300_000;

/** The readiness checks, by the names that probes are shown. */
function collectChecks(
  tokens: StaticTokens | undefined,
  oauth: TokenVerifier | undefined,
  credential: Credential | undefined,
  { isStoreUp, isAuditFileUp }: Parts,
): Record<string, Check> {
  return {
    ...(tokens && { http_token: tokens.ready }),
    ...(oauth && { oauth_issuer: oauth.ready }),
    // Reads keep working without the store.
    ...(isStoreUp && { shared_store: async () => ((await isStoreUp()) ? "ok" : "degraded") }),
    // So they do without the audit file, and nobody can tell whether it takes the next record.
    ...(isAuditFileUp && { audit_file: async () => (isAuditFileUp() ? "ok" : "degraded") }),
    ...(credential && {
      c1_credential: async () => {
        for (const part of Object.values(credential)) if (typeof part === "function") await part();
      },
    }),
  };
}
