import { createHash } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { JSONWebKeySet, JWTPayload } from "jose";
import { pino } from "pino";
import type { Caller } from "../../src/caller.ts";
import type { EmaClient } from "../../src/config/ema-clients.ts";
import { isAuthenticated } from "../../src/http/authenticate.ts";
import { createFront } from "../../src/http/front.ts";
import { createGrants, type GrantsOptions } from "../../src/http/grants/grants.ts";
import type { McpFetch } from "../../src/mcp/http.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import type { OAuthServer } from "./oauth-server.ts";

export const RESOURCE = "https://mcp.acme.example/mcp";
export const AUTHORIZATION_SERVER = "https://mcp.acme.example";
export const SCOPES = ["c1:read", "c1:write", "c1:create_app"];
export const SECRET = "a-secret-of-claude-code";
export const KEY = "k".repeat(32);
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

export function clientOf(id: string, secrets: readonly string[], jwks?: JSONWebKeySet): EmaClient {
  const secretDigests = secrets.map((secret) => createHash("sha256").update(secret).digest());
  return { id, secretDigests, jwks };
}

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});

export interface TokenReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly access_token?: string;
    readonly token_type?: string;
    readonly expires_in?: number;
    readonly scope?: string;
    readonly error?: string;
    readonly error_description?: string;
  };
}

/** A front that exchanges an issuer's assertions, with a clock that only the test advances. */
export async function startGrants(
  oauth: Pick<OAuthServer, "issuer" | "sign">,
  changes: Partial<GrantsOptions> = {},
  clock: FakeClock = createFakeClock(),
) {
  const logs: string[] = [];
  const logger = pino({ level: "trace" }, { write: (line: string) => void logs.push(line) });
  const clients = new Map([
    ["claude-code", clientOf("claude-code", [SECRET])],
    ["other", clientOf("other", ["a-secret-of-another"])],
  ]);
  const grants = createGrants({
    issuer: oauth.issuer,
    clients: async () => clients,
    keys: async () => KEY,
    resource: RESOURCE,
    scopes: SCOPES,
    perMinute: 0,
    shared: createLocalShared(clock),
    logger,
    now: clock.now,
    cooldownMs: 0,
    ...changes,
  });
  const callers: (Caller | undefined)[] = [];
  const mcp: McpFetch = async (_head, _text, caller) => {
    callers.push(caller);
    return caller?.mayCall("create_app")
      ? Response.json({})
      : (caller?.refuse("create_app") ?? Response.json({}));
  };
  const metadataUrl = "https://mcp.acme.example/.well-known/oauth-protected-resource/mcp";
  const server = createFront({
    mcp,
    logger,
    grants: grants.guard,
    auth: isAuthenticated({ grants, metadataUrl, scopes: SCOPES, logger }),
    resource: { url: RESOURCE, issuers: [grants.issuer], scopes: SCOPES },
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const seconds = () => Math.floor(clock.now() / 1000);
  const goodClaims = (): JWTPayload => ({
    iss: oauth.issuer,
    aud: AUTHORIZATION_SERVER,
    resource: RESOURCE,
    client_id: "claude-code",
    sub: "3FFshhPuwk7lbS1M0nESX4KUIxs",
    email: "jane.doe@acme.example",
    auth_time: seconds() - 60,
    scope: SCOPES.join(" "),
    jti: crypto.randomUUID(),
    iat: seconds(),
    exp: seconds() + 300,
  });

  return {
    url,
    clock,
    logs,
    callers,
    grants,
    goodClaims,
    /** An assertion as the issuer creates it, except for what the test changes. */
    assert: (claims: JWTPayload = {}, header: object = {}) =>
      oauth.sign({ ...goodClaims(), ...claims }, { typ: "oauth-id-jag+jwt", ...header }),
    /** @param form parameters in addition to those of the grant; an empty text omits one. */
    async redeem(
      assertion: string,
      form: Readonly<Record<string, string>> = {},
      headers: Readonly<Record<string, string>> = basic("claude-code", SECRET),
    ): Promise<TokenReply> {
      const all = Object.entries({ grant_type: JWT_BEARER, assertion, ...form }).filter(([, value]) => value);
      const response = await fetch(`${url}/token`, {
        method: "POST",
        headers,
        body: new URLSearchParams(all),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
    },
    /** A call of create_app with an access token. */
    call: (token = "") =>
      fetch(`${url}/mcp`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: "{}",
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type GrantsBench = Awaited<ReturnType<typeof startGrants>>;
