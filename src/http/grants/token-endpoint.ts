import type { IncomingMessage } from "node:http";
import type { EmaClient } from "../../config/ema-clients.ts";
import type { Logger } from "../../log/logger.ts";
import type { Shared } from "../../replicas/port.ts";
import { formatCount } from "../../text.ts";
import { TOLERANCE_S } from "../explain-jwt.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { type Asserted, type AssertionChecks, checkAssertion, MAX_AGE_S } from "./check-assertion.ts";
import { GrantProblem, invalidGrant, invalidRequest } from "./grant-problem.ts";
import { nameUse } from "./name-use.ts";
import { proveClient } from "./prove-client.ts";
import { readForm } from "./read-form.ts";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/**
 * Lifetime of an access token, in seconds, counted from when its assertion was issued and not from the exchange. It is thus the
 * longest time that a right outlasts its withdrawal by the issuer.
 */
const TOKEN_LIFE_S = 300;

/** Ten seconds' worth at once, as in the callers' limits. */
const BURST_SHARE = 6;

export interface TokenEndpoint extends AssertionChecks {
  readonly clients: () => Promise<ReadonlyMap<string, EmaClient>>;
  readonly tokenUrl: string;
  /** The scopes available here. */
  readonly scopes: readonly string[];
  readonly tokens: AccessTokens;
  readonly shared: Pick<Shared, "useOnce" | "wasUsed" | "spend">;
  /** Requests per minute and client; 0 for no limit. */
  readonly perMinute: number;
  readonly logger: Logger;
}

/** A successful token response (RFC 6749, 5.1). */
export interface GrantedToken {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly scope: string;
}

/** Exchanges an assertion for an access token. Rejects with `GrantProblem`. */
export async function answerTokenRequest(
  request: IncomingMessage,
  endpoint: TokenEndpoint,
): Promise<GrantedToken> {
  const { authorization } = request.headers;
  delete request.headers.authorization;
  const form = await readForm(request);
  const { audience, tokenUrl, shared, now } = endpoint;
  const client = await proveClient(authorization, form, {
    clients: await endpoint.clients(),
    audiences: [audience, tokenUrl],
    uses: shared,
    now,
  });
  await takeTurn(client, endpoint);
  if (form.get("grant_type") !== JWT_BEARER) {
    throw new GrantProblem("unsupported_grant_type", `grant_type must be ${JWT_BEARER}`);
  }
  const assertion = form.get("assertion");
  if (assertion === null) throw invalidRequest("assertion is missing");
  const wanted = form.get("resource");
  if (wanted !== null && wanted !== endpoint.resource) {
    throw new GrantProblem("invalid_target", "The resource is not served here");
  }
  const claims = await checkAssertion(assertion, client, endpoint);
  const scopes = narrowScopes(claims.scope, form.get("scope"), endpoint.scopes);
  await takeUse(claims, endpoint);
  return issue(client, claims, scopes, endpoint);
}

async function takeTurn(client: string, { shared, perMinute }: TokenEndpoint): Promise<void> {
  if (perMinute === 0) return;
  const full = Math.max(1, perMinute / BURST_SHARE);
  const waitMs = await shared.spend(`grants of ${client}`, 1, { perMinute, full });
  if (waitMs <= 0) return;
  throw new GrantProblem(
    "temporarily_unavailable",
    `No more than ${formatCount(perMinute, "request")} of one client a minute`,
    {
      status: 429,
      headers: { "retry-after": String(Math.ceil(waitMs / 1000)) },
    },
  );
}

/** The scopes that the assertion allows, the client requested and this server has: never more. */
function narrowScopes(asserted: unknown, asked: string | null, known: readonly string[]): string[] {
  const allowed = typeof asserted === "string" ? asserted.split(" ") : [];
  const wanted = asked?.split(" ") ?? allowed;
  const scopes = known.filter((scope) => allowed.includes(scope) && wanted.includes(scope));
  if (scopes.length > 0) return scopes;
  throw new GrantProblem(
    "invalid_scope",
    `The assertion allows none of the scopes ${known.join(", ")} that were asked for`,
  );
}

/** The last check, so that only a request that is about to get a token uses up its assertion. */
async function takeUse({ jti }: Asserted, { issuer, shared }: TokenEndpoint): Promise<void> {
  const stillGoodMs = (MAX_AGE_S + 2 * TOLERANCE_S) * 1000;
  if (await shared.useOnce("assertion", nameUse("id-jag", issuer, jti), stillGoodMs)) return;
  throw invalidGrant("The assertion was used already");
}

async function issue(
  client: string,
  claims: Asserted,
  scopes: readonly string[],
  { tokens, now, logger }: TokenEndpoint,
): Promise<GrantedToken> {
  const age = Math.max(0, Math.floor(now() / 1000) - claims.iat);
  const lifeS = Math.max(1, TOKEN_LIFE_S - age);
  logger.info({ clientId: client, scopes }, "access token issued");
  return {
    access_token: await tokens.issue({ client, scopes, claims }, lifeS * 1000),
    token_type: "Bearer",
    expires_in: lifeS,
    scope: scopes.join(" "),
  };
}
