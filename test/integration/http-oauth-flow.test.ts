import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { auditsIn, startTenant, type Tenant } from "../fixture/tenant.ts";
import { freePort } from "../support/free-port.ts";
import { createApplication } from "../support/oauth-login.ts";
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.ts";
import { killSpawned, listeningAt, spawnServer } from "../support/spawn.ts";

const INFO = { name: "oauth-test", version: "1" };
type App = ReturnType<typeof createApplication>;

/** What a client of either era is asked to do here. */
interface OAuthClient {
  connect(): Promise<void>;
  finish(answer: URLSearchParams): Promise<void>;
  names(): Promise<string[]>;
  create(name: string): Promise<unknown>;
  close(): Promise<void>;
}

function legacy(url: string, authProvider: App): OAuthClient {
  let client = new LegacyClient(INFO);
  let transport = new LegacyHttp(new URL(url), { authProvider });
  return {
    async connect() {
      client = new LegacyClient(INFO);
      transport = new LegacyHttp(new URL(url), { authProvider });
      await client.connect(transport as Parameters<LegacyClient["connect"]>[0]);
    },
    finish: (answer) => transport.finishAuth(answer.get("code") ?? ""),
    names: async () => (await client.listTools()).tools.map(({ name }) => name),
    create: async (name) =>
      (await client.callTool({ name: "create_app", arguments: { displayName: name } })).structuredContent,
    close: () => client.close(),
  };
}

function modern(url: string, authProvider: App): OAuthClient {
  const open = () => new ModernClient(INFO, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  let client = open();
  let transport = new ModernHttp(new URL(url), { authProvider });
  return {
    async connect() {
      client = open();
      transport = new ModernHttp(new URL(url), { authProvider });
      await client.connect(transport);
    },
    finish: (answer) => transport.finishAuth(answer),
    names: async () => (await client.listTools()).tools.map(({ name }) => name),
    create: async (name) =>
      (await client.callTool({ name: "create_app", arguments: { displayName: name } })).structuredContent,
    close: () => client.close(),
  };
}

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

async function start() {
  const port = await freePort();
  const server = spawnServer(["http", "--port", String(port)], {
    ...tenant.env,
    C1_MCP_OAUTH_ISSUER: oauth.issuer,
    C1_MCP_OAUTH_AUDIENCE: `http://127.0.0.1:${port}/mcp`,
    C1_MCP_LOG_LEVEL: "trace",
  });
  return { server, url: await listeningAt(server) };
}

it.each([
  ["2025", legacy],
  ["2026", modern],
])("the SDK's client finds its way from a 401 to a write by itself (%s)", async (era, open) => {
  const { server, url } = await start();
  const app = createApplication(`jane-${era}`);
  const client = open(url, app);
  // Refused, told where to go, registered, sent to the browser: all by the client, from our challenge and metadata.
  await expect(client.connect()).rejects.toThrow(/unauthorized/i);
  await client.finish(app.answer());
  await client.connect();
  expect(await client.names()).toContain("create_app");
  expect(await client.create(`By ${era}`)).toMatchObject({ displayName: `By ${era}` });
  expect(tenant.apps()).toContain(`By ${era}`);
  expect(auditsIn(server.stderr)).toMatchObject([
    {
      tool: "create_app",
      principal: `user:jane-${era}`,
      caller: { issuer: oauth.issuer, subject: `jane-${era}` },
      outcome: "ok",
    },
  ]);
  expect(app.token()).toMatch(/^eyJ/);
  expect(server.stderr.join()).not.toContain(app.token());
  await client.close();
});

it.each([
  ["2025", legacy],
  ["2026", modern],
])("a client with c1:read alone that tries to write is sent for more, and then may (%s)", async (era, open) => {
  const { url } = await start();
  const app = createApplication("sam");
  const client = open(url, app);
  await expect(client.connect()).rejects.toThrow(/unauthorized/i);
  await client.finish(app.answer());
  // Down to a token that may only read, as a careful authorization server would have given.
  app.saveTokens({ access_token: await oauth.issue(url, "c1:read"), token_type: "Bearer" });
  await client.connect();
  expect(await client.names()).not.toContain("create_app");
  const name = `Step up ${era}`;
  await expect(client.create(name)).rejects.toThrow();
  expect(tenant.apps()).not.toContain(name);
  await client.finish(app.answer());
  await client.connect();
  expect(await client.create(name)).toMatchObject({ displayName: name });
  await client.close();
});
