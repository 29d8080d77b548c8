import type { ServerResponse } from "node:http";
import type { Caller } from "../../caller.ts";
import type { Secret } from "../../config/credential.ts";
import type { EmaClient } from "../../config/ema-clients.ts";
import { Failure } from "../../errors.ts";
import type { Logger } from "../../log/logger.ts";
import type { Shared } from "../../replicas/port.ts";
import { readGrantee } from "../claims.ts";
import type { Guard } from "../guard.ts";
import type { Check } from "../health.ts";
import { createIssuerKeys } from "../issuer-keys.ts";
import { pathOf } from "../request-parts.ts";
import { BadToken } from "../token-errors.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { GrantProblem } from "./grant-problem.ts";
import { describeServer, issuerUrlsOf } from "./metadata.ts";
import { answerTokenRequest, type TokenEndpoint } from "./token-endpoint.ts";

export interface GrantsOptions {
  /** The issuer of the assertions: a C1 tenant or another one. */
  readonly issuer: string;
  readonly clients: () => Promise<ReadonlyMap<string, EmaClient>>;
  readonly keys: Secret;
  /** URL of the MCP endpoint as callers know it. */
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly perMinute: number;
  readonly shared: Pick<Shared, "useOnce" | "wasUsed" | "spend">;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Minimum time between two requests to the issuer, in milliseconds. */
  readonly cooldownMs?: number;
}

/**
 * Enterprise-managed authorization: a token endpoint that accepts the identity assertions (ID-JAG) of one issuer and exchanges
 * each for a short-lived access token. That issuer thereby decides who may call, and with which scopes.
 */
export interface Grants {
  /** Our own issuer: the authorization server that callers are told about. */
  readonly issuer: string;
  /** Answers requests to the authorization server, and returns false if the request was one. */
  readonly guard: Guard;
  /** The caller of a token that was issued here; undefined for any other token. Rejects with `BadToken` if the token has expired. */
  verify(token: string): Promise<Caller | undefined>;
  readonly checks: Readonly<Record<string, Check>>;
}

const NO_STORE = { "content-type": "application/json", "cache-control": "no-store" };

const NO_LOGIN =
  "Nobody logs in here: this server takes assertions of the organization's identity provider. Turn on enterprise-managed authorization in the client.\n";

export function createGrants(options: GrantsOptions): Grants {
  const { issuer, clients, resource, scopes, logger, now = Date.now, cooldownMs = 10_000 } = options;
  const keys = createIssuerKeys({ issuer, cooldownMs, logger, now: () => performance.now() });
  const tokens = createAccessTokens(options.keys, resource, now);
  const places = issuerUrlsOf(resource);
  const document = describeServer(places, scopes);
  const { tokenUrl, issuer: audience } = places;
  const endpoint: TokenEndpoint = { ...options, keys: keys.find, tokens, tokenUrl, audience, now };

  const guard: Guard = async (request, response) => {
    const path = pathOf(request);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (places.metadataPaths.has(path) && isRead) {
      response.writeHead(200, { "content-type": "application/json", "cache-control": "max-age=300" });
      response.end(document);
    } else if (places.authorizePaths.has(path) && isRead) {
      response.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end(NO_LOGIN);
    } else if (places.tokenPaths.has(path)) {
      if (request.headers.expect !== undefined) response.writeContinue();
      await answerTokenRequest(request, endpoint).then(
        (answer) => response.writeHead(200, NO_STORE).end(JSON.stringify(answer)),
        (error: unknown) => answerRefusal(response, error, logger),
      );
    } else {
      return true;
    }
    return false;
  };

  return {
    issuer: audience,
    guard,
    async verify(token) {
      const opened = await tokens.open(token);
      if (opened === "expired") throw new BadToken("The token has expired");
      return opened === "bad" ? undefined : readGrantee(issuer, opened.value);
    },
    checks: {
      // Tokens that were already issued are valid without the issuer.
      ema_issuer: () => keys.check().catch(() => "degraded"),
      ema_clients: clients,
      ema_key: tokens.check,
    },
  };
}

/** Not 503: that is how a replica announces that it is stopping. */
function storeIsDown(): GrantProblem {
  const message = "What was used before cannot be looked up now, so that no assertion is taken";
  return new GrantProblem("temporarily_unavailable", message, {
    status: 502,
    headers: { "retry-after": "5" },
  });
}

/** Rejects if the error is not a refusal but a fault of our own. */
function answerRefusal(response: ServerResponse, error: unknown, logger: Logger): void {
  const problem = error instanceof Failure ? storeIsDown() : error;
  if (!(problem instanceof GrantProblem)) throw error;
  const { error: code, message, status, headers } = problem;
  logger.info({ reason: message, code }, "token request refused");
  response.writeHead(status, { ...NO_STORE, ...headers });
  response.end(JSON.stringify({ error: code, error_description: message }));
}
