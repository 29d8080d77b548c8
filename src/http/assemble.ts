import type { Credential } from "../config/credential.ts";
import type { Configuration } from "../config/load.ts";
import { isLoopback } from "../config/loopback.ts";
import type { Settings } from "../config/schema.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { abortCallsOn } from "../mcp/abort-calls-on.ts";
import { createMcpFetch } from "../mcp/http.ts";
import type { Shared } from "../replicas/port.ts";
import type { Registry } from "../tools/registry.ts";
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
  /** Present with a store that replicas share. */
  readonly isStoreUp: (() => Promise<boolean>) | undefined;
  readonly servePage?: FrontOptions["servePage"];
  /** Of the file that says whose credential serves whom, where there is one. */
  readonly checkCredentials?: Check | undefined;
  /** With the sandbox, where it issues assertions. */
  readonly trial?: Trial | undefined;
}

export interface Assembled extends FrontOptions {
  /** For the metrics; present with OAuth. */
  readonly keysAgeMs: (() => number) | undefined;
  /** For the metrics; present with a store that replicas share. */
  readonly isStoreUp: (() => Promise<boolean>) | undefined;
}

/** The options of the front as configured, or the problem that keeps it from starting. */
export async function assembleFront(parts: Parts): Promise<Assembled | { readonly problem: string }> {
  const { configuration, registry, logger, redactor, gate, shared, isStoreUp, checkCredentials } = parts;
  const { settings, httpToken, stateKey, tenant } = configuration;
  const { oauthIssuer: issuer } = settings;

  const tokens = httpToken && createStaticTokens(httpToken, redactor);
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
  // An issuer of grants gives what the person holds, of whatever is asked for.
  const scopes = grants ? everyScope : scopesOf(registry);
  return {
    mcp: createMcpFetch(abortCallsOn(gate.over, registry), { stateKey, uses: shared }),
    logger,
    gate,
    servePage: parts.servePage,
    checks: {
      ...collectChecks(tokens, oauth, tenant?.credential, isStoreUp),
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
    // A sandbox without authentication has no callers to tell apart.
    callerLimits: hasAuth
      ? { perMinute: settings.rateLimit, concurrent: settings.maxConcurrent, rates: shared }
      : undefined,
    timeLimits: { totalMs: settings.timeoutMs + LONGEST_WAIT_MS },
  };
}

function assembleOAuth({ oauthIssuer: issuer, oauthAudience: audience }: Settings, logger: Logger) {
  if (issuer === undefined || audience === undefined) return undefined;
  return createTokenVerifier({ issuer, audience, logger });
}

/** Read only where it is configured. */
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

/** What a call may take on top of its work: waiting for an owner to appear, and a caller who is slow to read. */
const LONGEST_WAIT_MS = 300_000;

/** What must hold for the server to be ready, by the name a probe is told. */
function collectChecks(
  tokens: StaticTokens | undefined,
  oauth: TokenVerifier | undefined,
  credential: Credential | undefined,
  isStoreUp: Parts["isStoreUp"],
): Record<string, Check> {
  return {
    ...(tokens && {
      http_token: async () => {
        if ((await tokens.check()) !== undefined) throw new Error("no usable token");
      },
    }),
    ...(oauth && { oauth_issuer: oauth.ready }),
    // What only reads goes on without it.
    ...(isStoreUp && { shared_store: async () => ((await isStoreUp()) ? "ok" : "degraded") }),
    ...(credential && {
      c1_credential: async () => {
        for (const part of Object.values(credential)) if (typeof part === "function") await part();
      },
    }),
  };
}
