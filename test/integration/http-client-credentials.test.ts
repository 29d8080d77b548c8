import {
  Client,
  ClientCredentialsProvider,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { auditsIn, startTenant, type Tenant } from "../fixture/tenant.ts";
import { freePort } from "../support/free-port.ts";
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.ts";
import { killSpawned, listeningAt, spawnServer } from "../support/spawn.ts";

/*
 * The extension io.modelcontextprotocol/oauth-client-credentials: a bot that gets its token at the authorization server by itself
 * is served as it is.
 */

let tenant: Tenant;
let oauth: OAuthServer;
beforeAll(async () => {
  tenant = await startTenant();
  oauth = await startOAuthServer();
});
afterEach(killSpawned);
afterAll(async () => {
  await oauth.close();
  await tenant.sandbox.close();
});

const bySecret = (): OAuthClientProvider =>
  new ClientCredentialsProvider({
    clientId: "agent",
    clientSecret: "agent-secret",
    expectedIssuer: oauth.issuer,
  });
const byKey = (): OAuthClientProvider =>
  new PrivateKeyJwtProvider({
    clientId: "bot",
    privateKey: oauth.botKey as Record<string, unknown>,
    algorithm: "ES256",
    expectedIssuer: oauth.issuer,
  });

it.each<[string, string, () => OAuthClientProvider, "legacy" | { pin: string }]>([
  ["its secret", "agent", bySecret, "legacy"],
  ["its secret", "agent", bySecret, { pin: "2026-07-28" }],
  ["its key", "bot", byKey, "legacy"],
  ["its key", "bot", byKey, { pin: "2026-07-28" }],
])("a bot gets a token by %s, and writes under its own name (%s, %o)", async (_proof, id, open, mode) => {
  const port = await freePort();
  const server = spawnServer(["http", "--port", String(port)], {
    ...tenant.env,
    C1_MCP_OAUTH_ISSUER: oauth.issuer,
    C1_MCP_OAUTH_AUDIENCE: `http://127.0.0.1:${port}/mcp`,
  });
  const url = await listeningAt(server);
  const authProvider = open();
  const client = new Client({ name: "bot", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }));
  const displayName = `By ${id} ${typeof mode}`;
  const { structuredContent } = await client.callTool({ name: "create_app", arguments: { displayName } });
  expect(structuredContent).toMatchObject({ displayName });
  expect(auditsIn(server.stderr)).toMatchObject([
    { principal: `client:${id}`, caller: { issuer: oauth.issuer, clientId: id }, outcome: "ok" },
  ]);
  const { access_token = "" } = (await authProvider.tokens()) ?? {};
  expect(access_token).toMatch(/^eyJ/);
  expect(server.stderr.join()).not.toContain(access_token);
  await client.close();
});
