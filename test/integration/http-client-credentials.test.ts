import {
  Client,
  ClientCredentialsProvider,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type OAuthSite, openOAuthSite } from "../fixture/oauth-site.ts";
import { auditsIn } from "../fixture/tenant.ts";
import { endHere } from "../support/commands-here.ts";

/*
 * The extension io.modelcontextprotocol/oauth-client-credentials: a bot that gets its own token from the authorization server is
 * served without any special set-up.
 */

let site: OAuthSite;
beforeAll(async () => {
  site = await openOAuthSite();
});
afterEach(endHere);
afterAll(() => site.close());

const bySecret = (): OAuthClientProvider =>
  new ClientCredentialsProvider({
    clientId: "agent",
    clientSecret: "agent-secret",
    expectedIssuer: site.oauth.issuer,
  });
const byKey = (): OAuthClientProvider =>
  new PrivateKeyJwtProvider({
    clientId: "bot",
    privateKey: site.oauth.botKey as Record<string, unknown>,
    algorithm: "ES256",
    expectedIssuer: site.oauth.issuer,
  });

it.each<[string, string, () => OAuthClientProvider, "legacy" | { pin: string }]>([
  ["its secret", "agent", bySecret, "legacy"],
  ["its secret", "agent", bySecret, { pin: "2026-07-28" }],
  ["its key", "bot", byKey, "legacy"],
  ["its key", "bot", byKey, { pin: "2026-07-28" }],
])("a bot gets a token by %s, and writes under its own name (%s, %o)", async (_proof, id, open, mode) => {
  const { server, url } = await site.startHere();
  const authProvider = open();
  const client = new Client({ name: "bot", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }));
  const displayName = `By ${id} ${typeof mode}`;
  const { structuredContent } = await client.callTool({ name: "create_app", arguments: { displayName } });
  expect(structuredContent).toMatchObject({ displayName });
  expect(auditsIn(server.stderr)).toMatchObject([
    { principal: `client:${id}`, caller: { issuer: site.oauth.issuer, clientId: id }, outcome: "ok" },
  ]);
  const { access_token = "" } = (await authProvider.tokens()) ?? {};
  expect(access_token).toMatch(/^eyJ/);
  expect(server.stderr.join()).not.toContain(access_token);
  await client.close();
});
