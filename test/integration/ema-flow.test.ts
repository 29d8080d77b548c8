import { once } from "node:events";
import type { Server } from "node:http";
import {
  Client,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isAuthenticated } from "../../src/http/authenticate.ts";
import { createFront } from "../../src/http/front.ts";
import { createGrants } from "../../src/http/grants/grants.ts";
import { metadataUrlOf } from "../../src/http/resource.ts";
import { everyScopeOf } from "../../src/http/scopes.ts";
import { createMcpFetch } from "../../src/mcp/http.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import { post } from "../fixture/wire.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import { freePort } from "../support/free-port.ts";
import { basic, clientOf } from "../support/grants-bench.ts";
import { startOAuthServer } from "../support/oauth-server.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { createRig, type Rig } from "../support/rig.ts";

/*
 * The whole flow of enterprise-managed authorization: the SDK's client finds the authorization server, exchanges a person's login
 * at the sandbox, which stands for C1, exchanges the result here, and calls the real tools. The test controls the time.
 */

const JANE = "jane.doe@acme.example";
const CLIENT = { id: "claude-code", secret: "a-secret-of-claude-code" };
const FIVE_MINUTES_MS = 300_000;

let rig: Rig;
let relay: Relay;
let clock: FakeClock;
let servers: Server[] = [];
const logs: string[] = [];

beforeAll(async () => {
  clock = createFakeClock();
  relay = await startRelay();
  rig = await createRig({ serverUrl: relay.url, clock, confirm: false });
  relay.target = rig.sandbox.serverUrl;
});
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  for (const scope of everyScopeOf(rig.registry)) rig.sandbox.assertions.revoke(JANE, scope);
  rig.forget();
});
afterAll(async () => {
  await rig.close();
  await relay.close();
});

/** A front that accepts an issuer's assertions; by default those of the sandbox, which has it registered. */
async function start(issuer = rig.sandbox.serverUrl): Promise<{ url: string; issuer: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  const scopes = everyScopeOf(rig.registry);
  const logger = pino({ level: "trace" }, { write: (line: string) => void logs.push(line) });
  const grants = createGrants({
    issuer,
    clients: async () => new Map([[CLIENT.id, clientOf(CLIENT.id, [CLIENT.secret])]]),
    keys: async () => "k".repeat(32),
    resource: url,
    scopes,
    perMinute: 0,
    shared: createLocalShared(clock),
    logger,
    now: clock.now,
  });
  const server = createFront({
    mcp: createMcpFetch(rig.registry),
    logger,
    grants: grants.guard,
    auth: isAuthenticated({ grants, metadataUrl: metadataUrlOf(url), scopes, logger }),
    resource: { url, issuers: [grants.issuer], scopes },
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  rig.sandbox.assertions.register({ audience: grants.issuer, resources: [url], scopes }, CLIENT);
  return { url, issuer: grants.issuer };
}

/** The SDK's client of a logged-in person, and the refusals that it received. */
async function connect(url: string, issuer: string, mode: "legacy" | { pin: string }) {
  const { assertions, serverUrl } = rig.sandbox;
  const refusals: string[] = [];
  const assertionsSeen: string[] = [];
  const authProvider = new CrossAppAccessProvider({
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    expectedIssuer: issuer,
    assertion: async ({ authorizationServerUrl, resourceUrl, scope, fetchFn }) => {
      const { jwtAuthGrant } = await discoverAndRequestJwtAuthGrant({
        idpUrl: serverUrl,
        audience: authorizationServerUrl,
        resource: resourceUrl,
        idToken: await assertions.signIn(JANE, CLIENT.id),
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        ...(scope !== undefined && { scope }),
        fetchFn,
      });
      assertionsSeen.push(jwtAuthGrant);
      return jwtAuthGrant;
    },
  });
  const client = new Client({ name: "ema-test", version: "1" }, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    authProvider,
    async fetch(input, init) {
      const response = await fetch(input, init);
      if (response.status === 403) refusals.push(response.headers.get("www-authenticate") ?? "");
      return response;
    },
  });
  await client.connect(transport);
  return {
    refusals,
    assertionsSeen,
    token: () => authProvider.tokens()?.access_token ?? "",
    names: async () => (await client.listTools()).tools.map(({ name }) => name),
    create: async (displayName: string) =>
      (await client.callTool({ name: "create_app", arguments: { displayName } })).structuredContent,
    whoami: async () => (await client.callTool({ name: "whoami", arguments: {} })).structuredContent,
    close: () => client.close(),
  };
}

describe.each<[string, "legacy" | { pin: string }]>([
  ["2025", "legacy"],
  ["2026", { pin: "2026-07-28" }],
])("a person whose entitlements are managed in C1 (%s)", (era, mode) => {
  it("may do what was granted there, and what was revoked for at most five minutes", async () => {
    const { url, issuer } = await start();
    const { assertions } = rig.sandbox;
    for (const scope of ["c1:read", "c1:create_app"]) assertions.grant(JANE, scope);
    const jane = await connect(url, issuer, mode);
    const names = await jane.names();
    expect(names).toContain("create_app");
    expect(names).not.toContain("create_connector");
    expect(await jane.create(`Granted ${era}`)).toMatchObject({ displayName: `Granted ${era}` });
    expect(rig.audits.at(-1)).toMatchObject({
      tool: "create_app",
      outcome: "ok",
      principal: expect.stringMatching(/^federated:[\w-]{27}$/),
      caller: {
        issuer: rig.sandbox.serverUrl,
        email: JANE,
        clientId: CLIENT.id,
        authTime: new Date(clock.now()).toISOString(),
      },
    });

    assertions.revoke(JANE, "c1:create_app");
    // Issued tokens stay valid until they expire, as such tokens do.
    expect(await jane.create(`Still ${era}`)).toMatchObject({ displayName: `Still ${era}` });
    clock.advance(FIVE_MINUTES_MS);
    const before = rig.writes().length;
    await expect(jane.create(`Revoked ${era}`)).rejects.toThrow();
    expect(rig.writes()).toHaveLength(before);
    expect(jane.refusals[0]).toContain(
      'error_description="create_app needs the scope c1:create_app, or c1:write for all that write", scope="c1:read c1:create_app"',
    );
    expect(await jane.whoami()).toMatchObject({
      may: { create_app: "no, the token lacks c1:create_app" },
    });

    assertions.grant(JANE, "c1:create_app");
    clock.advance(FIVE_MINUTES_MS);
    expect(await jane.create(`Again ${era}`)).toMatchObject({ displayName: `Again ${era}` });
    await jane.close();
  });

  it("gets nothing without an entitlement", async () => {
    const { url, issuer } = await start();
    await expect(connect(url, issuer, mode)).rejects.toThrow("the person holds none of these scopes");
  });

  it("leaves no trace of token, assertion or secret", async () => {
    const { url, issuer } = await start();
    rig.sandbox.assertions.grant(JANE, "c1:read");
    rig.sandbox.assertions.grant(JANE, "c1:write");
    const jane = await connect(url, issuer, mode);
    const results = JSON.stringify([await jane.create(`Canary ${era}`), await jane.whoami()]);
    const sent = JSON.stringify(relay.seen);
    expect(sent).toContain(`Canary ${era}`);
    const everything = results + sent + JSON.stringify([rig.logs, rig.audits, rig.intents, logs]);
    for (const secret of [jane.token(), ...jane.assertionsSeen, CLIENT.secret]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(secret.split(".")[1] ?? secret);
    }
    await jane.close();
  });
});

it("shows and sends only the named claims of an assertion", async () => {
  const issuer = await startOAuthServer();
  const { url, issuer: audience } = await start(issuer.issuer);
  const seconds = Math.floor(clock.now() / 1000);
  const claims = {
    iss: issuer.issuer,
    aud: audience,
    resource: url,
    client_id: CLIENT.id,
    sub: "a-subject",
    email: JANE,
    scope: "c1:read c1:write",
    jti: "canary-jti-1",
    iat: seconds,
    exp: seconds + 300,
    groups: ["canary-group"],
    phone_number: "+1-canary-phone",
    "canary-claim": { nested: "canary-nested" },
  };
  const assertion = await issuer.sign(claims, { typ: "oauth-id-jag+jwt" });
  const response = await fetch(`${audience}/token`, {
    method: "POST",
    headers: basic(CLIENT.id, CLIENT.secret),
    body: new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  const call = (name: string, args: object) =>
    post(
      url,
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } },
      { authorization: `Bearer ${access_token}` },
    );
  const results = [
    await call("create_app", { displayName: "Claims" }),
    await call("whoami", {}),
    await call("create_app", { displayName: "" }),
  ];
  expect(results.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(rig.audits.at(-1)).toMatchObject({ caller: { subject: "a-subject", email: JANE } });
  const texts = results.map(({ text }) => text);
  const everything = JSON.stringify([texts, relay.seen, rig.logs, rig.audits, rig.intents, logs]);
  expect(everything).toContain("a-subject");
  expect(everything).not.toMatch(/canary-(?:group|phone|claim|nested|jti)/);
  expect(everything).not.toContain(access_token);
  await issuer.close();
});
