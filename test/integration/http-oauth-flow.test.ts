import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type OAuthSite, openOAuthSite } from "../fixture/oauth-site.ts";
import { auditsIn } from "../fixture/tenant.ts";
import { createApplication } from "../support/oauth-login.ts";
import { killSpawned } from "../support/spawn.ts";

const INFO = { name: "oauth-test", version: "1" };
type App = ReturnType<typeof createApplication>;

/** The steps of a client of either era. */
interface OAuthClient {
  connect(): Promise<void>;
  finish(answer: URLSearchParams): Promise<void>;
  names(): Promise<string[]>;
  create(name: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A client of the SDK, and the steps in which the eras differ. */
interface Opened {
  readonly client: LegacyClient | ModernClient;
  connect(): Promise<void>;
  finish(answer: URLSearchParams): Promise<void>;
}

function openLegacy(url: string, authProvider: App): Opened {
  const client = new LegacyClient(INFO);
  const transport = new LegacyHttp(new URL(url), { authProvider });
  return {
    client,
    connect: () => client.connect(transport as Parameters<LegacyClient["connect"]>[0]),
    finish: (answer) => transport.finishAuth(answer.get("code") ?? ""),
  };
}

function openModern(url: string, authProvider: App): Opened {
  const client = new ModernClient(INFO, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  const transport = new ModernHttp(new URL(url), { authProvider });
  return {
    client,
    connect: () => client.connect(transport),
    finish: (answer) => transport.finishAuth(answer),
  };
}

/** Opens a new client with each `connect`, like an application that is restarted. */
const reopening =
  (open: (url: string, app: App) => Opened) =>
  (url: string, app: App): OAuthClient => {
    let opened = open(url, app);
    return {
      async connect() {
        opened = open(url, app);
        await opened.connect();
      },
      finish: (answer) => opened.finish(answer),
      names: async () => (await opened.client.listTools()).tools.map(({ name }) => name),
      async create(name) {
        const call = { name: "create_app", arguments: { displayName: name } };
        return (await opened.client.callTool(call)).structuredContent;
      },
      close: () => opened.client.close(),
    };
  };

const legacy = reopening(openLegacy);
const modern = reopening(openModern);

let site: OAuthSite;
beforeAll(async () => {
  site = await openOAuthSite();
});
afterEach(killSpawned);
afterAll(() => site.close());

const start = () => site.start({ C1_MCP_LOG_LEVEL: "trace" });

it.each([
  ["2025", legacy],
  ["2026", modern],
])("the SDK's client gets from a 401 to a write on its own (%s)", async (era, open) => {
  const { server, url } = await start();
  const app = createApplication(`jane-${era}`);
  const client = open(url, app);
  // The client does all this by itself, from our challenge and metadata: it is refused, discovers, registers and opens the browser.
  await expect(client.connect()).rejects.toThrow(/unauthorized/i);
  await client.finish(app.answer());
  await client.connect();
  expect(await client.names()).toContain("create_app");
  expect(await client.create(`By ${era}`)).toMatchObject({ displayName: `By ${era}` });
  expect(site.tenant.apps()).toContain(`By ${era}`);
  expect(auditsIn(server.stderr)).toMatchObject([
    {
      tool: "create_app",
      principal: `user:jane-${era}`,
      caller: { issuer: site.oauth.issuer, subject: `jane-${era}` },
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
])("a client with only c1:read that tries to write is sent for more scopes, and then may (%s)", async (era, open) => {
  const { url } = await start();
  const app = createApplication("sam");
  const client = open(url, app);
  await expect(client.connect()).rejects.toThrow(/unauthorized/i);
  await client.finish(app.answer());
  // Starts with a token that may only read, as a careful authorization server would issue.
  app.saveTokens({ access_token: await site.oauth.issue(url, "c1:read"), token_type: "Bearer" });
  await client.connect();
  expect(await client.names()).not.toContain("create_app");
  const name = `Step up ${era}`;
  await expect(client.create(name)).rejects.toThrow();
  expect(site.tenant.apps()).not.toContain(name);
  await client.finish(app.answer());
  await client.connect();
  expect(await client.create(name)).toMatchObject({ displayName: name });
  await client.close();
});
