import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import type Provider from "oidc-provider";
import { Client } from "undici";
import { takeIssuerKeys } from "./issuer-keys.ts";

type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

const ALG = "RS256";
const BASIC = Buffer.from("agent:agent-secret").toString("base64");

/** An authorization server on loopback, and its signing key, for creating tokens that it would never issue. */
export interface OAuthServer {
  readonly issuer: string;
  readonly port: number;
  readonly privateKey: Key;
  readonly publicKey: Key;
  readonly keyId: string;
  /** Authenticates the client `bot`. */
  readonly botKey: JWK;
  /** The paths requested so far. */
  readonly requests: string[];
  /** Responds in the server's place, or leaves a request unanswered; false passes it on to the server. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** A token by client credentials. */
  issue(audience: string, scope: string): Promise<string>;
  /** A token with the given claims, signed with the server's key. */
  sign(claims: JWTPayload, header?: object): Promise<string>;
  close(): Promise<void>;
}

/** @param port if a server returns at its old address, it has new keys. */
export async function startOAuthServer(port = 0): Promise<OAuthServer> {
  const { privateKey, publicKey } = await takeIssuerKeys();
  const keyId = `key-${Math.random().toString(36).slice(2)}`;
  let handle: ReturnType<Provider["callback"]> = () => undefined;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    if (!oauth.intercept?.(request, response)) handle(request, response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const actual = (server.address() as AddressInfo).port;
  const issuer = `http://127.0.0.1:${actual}`;
  const keys = [{ ...(await exportJWK(privateKey)), kid: keyId, alg: ALG, use: "sig" }];
  const bot = await generateKeyPair("ES256", { extractable: true });
  handle = (await createProvider(issuer, keys, await exportJWK(bot.publicKey))).callback();

  const oauth: OAuthServer = {
    issuer,
    port: actual,
    privateKey,
    publicKey,
    keyId,
    botKey: await exportJWK(bot.privateKey),
    requests,
    intercept: undefined,
    async issue(resource, scope) {
      // Its own connection: fetch may still hold one to an earlier server on this port.
      const client = new Client(issuer);
      const { body } = await client.request({
        method: "POST",
        path: "/token",
        headers: {
          authorization: `Basic ${BASIC}`,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({ grant_type: "client_credentials", resource, scope }).toString(),
      });
      const answer = (await body.json()) as { access_token?: string };
      await client.close();
      if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
      return answer.access_token;
    },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: ALG, kid: keyId, ...header }).sign(privateKey),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return oauth;
}

async function createProvider(issuer: string, keys: object[], botKey: JWK): Promise<Provider> {
  // The package warns of settings that are for tests only, and, on import, of Node versions that it does not know.
  for (const method of ["info", "warn"] as const) console[method] = () => undefined;
  const { default: OidcProvider } = await import("oidc-provider");
  return new OidcProvider(issuer, {
    jwks: { keys },
    clients: [
      {
        client_id: "agent",
        client_secret: "agent-secret",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
      {
        client_id: "bot",
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "ES256",
        jwks: { keys: [botKey] },
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ["openid", "offline_access", "c1:read", "c1:write"],
    findAccount: async (_ctx: unknown, accountId: string) => ({
      accountId,
      claims: async () => ({ sub: accountId }),
    }),
    features: {
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_ctx: unknown, resource: string) => ({
          scope: "c1:read c1:write",
          audience: resource,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: ALG } },
        }),
      },
    },
  });
}
