import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportSPKI, type JWTPayload, SignJWT } from "jose";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WRITE_TOOL_NAMES } from "../../src/config/tool-names.ts";
import { isAuthenticated } from "../../src/http/authenticate.ts";
import { createFront } from "../../src/http/front.ts";
import { createTokenVerifier } from "../../src/http/oauth.ts";
import { metadataUrlOf } from "../../src/http/resource.ts";
import { ALL_SCOPES, everyScopeOf } from "../../src/http/scopes.ts";
import { createStaticTokens } from "../../src/http/static-tokens.ts";
import { createRedactor } from "../../src/log/redact.ts";
import { createMcpFetch } from "../../src/mcp/http.ts";
import { modernHeaders, modernRequest, type Post, post } from "../fixture/wire.ts";
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { createRig, type Rig } from "../support/rig.ts";

const AUDIENCE = "https://mcp.acme.example/mcp";
const METADATA = "https://mcp.acme.example/.well-known/oauth-protected-resource/mcp";
const STATIC = "a-static-token-beside-oauth";
const BOTH = "c1:read c1:write";
const COOLDOWN_MS = 60_000;

let rig: Rig;
let relay: Relay;
let oauth: OAuthServer;
const logs: string[] = [];
const servers: Server[] = [];
/** Time since the issuer was first asked, as the front sees it. */
let passedMs = 0;

beforeAll(async () => {
  relay = await startRelay();
  rig = await createRig({ serverUrl: relay.url });
  relay.target = rig.sandbox.serverUrl;
  oauth = await startOAuthServer();
});
afterEach(() => rig.forget());
afterAll(async () => {
  for (const server of servers) server.close();
  await oauth.close();
  await rig.close();
  await relay.close();
});

/** The real tools behind a front that accepts an issuer's tokens. */
async function start(issuer: string): Promise<string> {
  const logger = pino({ level: "trace" }, { write: (line: string) => void logs.push(line) });
  const metadataUrl = metadataUrlOf(AUDIENCE);
  const server = createFront({
    mcp: createMcpFetch(rig.registry),
    logger,
    resource: { url: AUDIENCE, issuers: [issuer], scopes: everyScopeOf(rig.registry) },
    auth: isAuthenticated({
      tokens: createStaticTokens(async () => STATIC, createRedactor()),
      oauth: createTokenVerifier({
        issuer,
        audience: AUDIENCE,
        cooldownMs: COOLDOWN_MS,
        now: () => passedMs,
        logger,
      }),
      metadataUrl,
      scopes: ALL_SCOPES,
      logger,
    }),
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

const seconds = () => Math.floor(Date.now() / 1000);
const GOOD = () => ({
  iss: oauth.issuer,
  aud: AUDIENCE,
  sub: "jane",
  scope: BOTH,
  exp: seconds() + 60,
});
const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };
const create = (name: string) => ({
  jsonrpc: "2.0",
  id: 2,
  method: "tools/call",
  params: { name: "create_app", arguments: { displayName: name } },
});
const send = (url: string, token: string | undefined, body: object = LIST, headers = {}) =>
  post(url, body, {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  });
const challengeOf = ({ headers }: Post) => headers.get("www-authenticate");
const namesIn = ({ messages }: Post) =>
  ((messages[0]?.result?.tools ?? []) as { name: string }[]).map(({ name }) => name);

describe("an invalid token gets a 401 with a challenge that says why", () => {
  const refusal = (reason: string) =>
    `Bearer realm="c1-admin-mcp", error="invalid_token", error_description="${reason}", scope="${BOTH}", resource_metadata="${METADATA}"`;

  const NOT_A_JWT = "The token is not a JWT";
  const NO_SUCH_WAY = "The token is signed in a way that is not accepted";
  it.each<[string, () => Promise<string>, string]>([
    ["garbage", async () => "garbage-of-enough-length", NOT_A_JWT],
    ["three parts of garbage", async () => "a.b.c", NOT_A_JWT],
    [
      "wrong audience",
      () => oauth.issue("https://other.acme.example/mcp", BOTH),
      "The token is for another audience",
    ],
    [
      "no audience",
      () => oauth.sign({ ...GOOD(), aud: undefined as never }),
      "The token is for another audience",
    ],
    ["expired", () => oauth.sign({ ...GOOD(), exp: seconds() - 6 }), "The token has expired"],
    [
      "no expiry",
      () => oauth.sign({ ...GOOD(), exp: undefined as never }),
      "The token does not say when it expires",
    ],
    ["not yet valid", () => oauth.sign({ ...GOOD(), nbf: seconds() + 30 }), "The token is not valid yet"],
    ["nobody's", () => oauth.sign({ ...GOOD(), sub: " " }), "The token does not say whom it stands for"],
    [
      "the right key, but another issuer's name",
      () => oauth.sign({ ...GOOD(), iss: "https://login.evil.example" }),
      "The token comes from another issuer",
    ],
    ["alg none", async () => `${encode({ alg: "none" })}.${encode(GOOD())}.`, NO_SUCH_WAY],
    [
      "alg none with a signature",
      async () => (await oauth.sign(GOOD())).replace(/^[^.]+/, encode({ alg: "none", kid: oauth.keyId })),
      NO_SUCH_WAY,
    ],
    [
      "HS256 with the public key",
      async () =>
        new SignJWT(GOOD())
          .setProtectedHeader({ alg: "HS256", kid: oauth.keyId })
          .sign(new TextEncoder().encode(await exportSPKI(oauth.publicKey))),
      NO_SUCH_WAY,
    ],
    [
      "a changed claim",
      async () => (await oauth.sign(GOOD())).replace(/\.[^.]+\./, `.${encode({ ...GOOD(), sub: "root" })}.`),
      "The signature of the token is wrong",
    ],
    [
      "a critical header nobody knows",
      () =>
        oauth.sign(GOOD(), { crit: ["x"], x: 1 }).catch(async () => {
          const [, payload, signature] = (await oauth.sign(GOOD())).split(".");
          return `${encode({ alg: "RS256", kid: oauth.keyId, crit: ["x"], x: 1 })}.${payload}.${signature}`;
        }),
      NO_SUCH_WAY,
    ],
  ])("%s", async (_name, makeToken, reason) => {
    const url = await start(oauth.issuer);
    const token = await makeToken();
    const got = await send(url, token);
    expect(challengeOf(got)).toBe(refusal(reason));
    expect(got.status).toBe(401);
    expect(got.text).not.toContain(token);
    expect(logs.join()).not.toContain(token);
    // The same front accepts a good token, so the token was the reason.
    expect((await send(url, await oauth.sign(GOOD()))).status).toBe(200);
  });

  describe("and the log says of a token that the issuer signed", () => {
    const lastRefusal = async (token: string) => {
      await send(await start(oauth.issuer), token);
      const { level: _l, time: _t, pid: _p, hostname: _h, ...said } = JSON.parse(logs.at(-1) ?? "");
      return said;
    };
    const OTHER = "https://other.acme.example/mcp";
    const msg = "caller refused";

    it.each<[string, JWTPayload, object]>([
      [
        "for whom it is, and for whom it should be",
        { aud: OTHER, azp: "claude" },
        {
          reason: "The token is for another audience",
          audience: OTHER,
          clientId: "claude",
          expected: AUDIENCE,
        },
      ],
      [
        "each of its audiences",
        { aud: [OTHER, "x"] },
        { reason: "The token is for another audience", audience: `${OTHER} x`, expected: AUDIENCE },
      ],
      [
        "who issued it, and who should have",
        { iss: "https://login.evil.example" },
        { reason: "The token comes from another issuer", issuer: "https://login.evil.example" },
      ],
      [
        "whose it is",
        { exp: seconds() - 6, cid: "codex" },
        { reason: "The token has expired", clientId: "codex" },
      ],
      [
        "all that escaped and shortened",
        { aud: OTHER, sub: `j\u0430ne${"x".repeat(200)}`, client_id: "a\nb" },
        {
          reason: "The token is for another audience",
          audience: OTHER,
          subject: `j\\u0430ne${"x".repeat(118)}…`,
          clientId: "a\\u000ab",
          expected: AUDIENCE,
        },
      ],
    ])("%s", async (_what, claims, said) => {
      const { issuer } = oauth;
      const expected = "iss" in claims && { expected: issuer };
      const token = await oauth.sign({ ...GOOD(), ...claims });
      expect(await lastRefusal(token)).toEqual({
        ...{ issuer, audience: AUDIENCE, subject: "jane", ...expected, ...said, msg },
      });
    });

    it("nothing of one that somebody else signed", async () => {
      const [header, , signature] = (await oauth.sign(GOOD())).split(".");
      const token = `${header}.${encode({ ...GOOD(), aud: OTHER, exp: 1 })}.${signature}`;
      expect(await lastRefusal(token)).toEqual({ reason: "The signature of the token is wrong", msg });
    });
  });

  it("from another authorization server", async () => {
    const other = await startOAuthServer();
    const url = await start(oauth.issuer);
    const got = await send(url, await other.issue(AUDIENCE, BOTH));
    expect(got.status).toBe(401);
    expect(challengeOf(got)).toBe(refusal("The token is signed with a key that is not the issuer's"));
    await other.close();
  });

  it("that is missing: the challenge names no error, and says what to get and where", async () => {
    const got = await send(await start(oauth.issuer), undefined);
    expect(got.status).toBe(401);
    expect(challengeOf(got)).toBe(
      `Bearer realm="c1-admin-mcp", scope="${BOTH}", resource_metadata="${METADATA}"`,
    );
  });
});

describe("a valid token", () => {
  it("admits its subject by name, in both eras, and stays in front", async () => {
    const url = await start(oauth.issuer);
    const token = await oauth.issue(AUDIENCE, BOTH);
    expect(namesIn(await send(url, token))).toContain("create_app");
    expect((await send(url, token, create("By OAuth"))).status).toBe(200);
    const modern = modernRequest(3, "tools/call", create("By OAuth 2026").params);
    const got = await send(url, token, modern, modernHeaders(modern));
    expect(got.messages[0]?.result).toMatchObject({ structuredContent: { displayName: "By OAuth 2026" } });
    expect(rig.audits.map(({ principal }) => principal)).toEqual(["client:agent", "client:agent"]);
    const everything = JSON.stringify([rig.logs, logs, rig.audits]);
    expect(everything).not.toContain(token);
    expect(rig.requests().length).toBeGreaterThan(0);
    expect(relay.seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(relay.seen)).not.toContain(token);
  });

  it("of a user does not pass for the client with the same name", async () => {
    const url = await start(oauth.issuer);
    const user = await oauth.sign({ ...GOOD(), sub: "agent", client_id: "console" });
    const client = await oauth.issue(AUDIENCE, BOTH);
    for (const [index, token] of [user, client].entries()) await send(url, token, create(`Names ${index}`));
    const principals = rig.audits.map(({ principal }) => principal);
    expect(principals.slice(-2)).toEqual(["user:agent", "client:agent"]);
  });

  it("and a static one are both accepted", async () => {
    const url = await start(oauth.issuer);
    expect((await send(url, STATIC)).status).toBe(200);
    expect((await send(url, `${STATIC}x`)).status).toBe(401);
    expect((await send(url, await oauth.issue(AUDIENCE, BOTH))).status).toBe(200);
  });

  it("is valid until it expires, and slightly longer because clocks differ", async () => {
    const url = await start(oauth.issuer);
    expect((await send(url, await oauth.sign({ ...GOOD(), exp: seconds() - 2 }))).status).toBe(200);
    expect((await send(url, await oauth.sign({ ...GOOD(), nbf: seconds() + 2 }))).status).toBe(200);
  });

  it.each([
    ["a list under scp", { scope: undefined, scp: ["c1:read", "c1:write"] }],
    ["a text under scp", { scope: undefined, scp: BOTH }],
  ])("may carry its scopes as %s", async (_name, claims) => {
    const url = await start(oauth.issuer);
    const got = await send(url, await oauth.sign({ ...GOOD(), ...claims }));
    expect(namesIn(got)).toContain("create_app");
  });
});

describe("OAuth scopes", () => {
  const insufficient = (description: string, scope: string) =>
    `Bearer realm="c1-admin-mcp", error="insufficient_scope", error_description="${description}", scope="${scope}", resource_metadata="${METADATA}"`;
  const WRITE_NEEDED = insufficient(
    "create_app needs the scope c1:create_app, or c1:write for all that write",
    BOTH,
  );
  const modern = modernRequest(3, "tools/call", create("No").params);

  it.each<[string, object, Record<string, string>]>([
    ["2025", create("No"), {}],
    ["2025, hidden in a batch", [LIST, create("No")], {}],
    ["2026", modern, modernHeaders(modern)],
  ])("without c1:write, a write gets a 403 and leaves a record (%s)", async (_era, body, headers) => {
    const before = rig.audits.length;
    const url = await start(oauth.issuer);
    const got = await send(url, await oauth.issue(AUDIENCE, "c1:read"), body, headers);
    expect(got.status).toBe(403);
    expect(challengeOf(got)).toBe(WRITE_NEEDED);
    expect(rig.requests()).toEqual([]);
    expect(rig.audits.length).toBe(before + 1);
    expect(rig.audits.at(-1)).toMatchObject({
      tool: "create_app",
      principal: expect.stringMatching(/^(?:user|client):/),
      outcome: "blocked",
      changed: "no",
    });
  });

  it("without c1:write, tools that write are not listed, and the others work", async () => {
    const url = await start(oauth.issuer);
    const token = await oauth.issue(AUDIENCE, "c1:read");
    const list = modernRequest(1, "tools/list");
    for (const got of [await send(url, token), await send(url, token, list, modernHeaders(list))]) {
      expect(namesIn(got)).not.toContain("create_app");
      expect(namesIn(got)).toContain("find_apps");
    }
    const whoami = { ...LIST, method: "tools/call", params: { name: "whoami", arguments: {} } };
    expect((await send(url, token, whoami)).messages[0]?.result).toMatchObject({
      structuredContent: { tenant: "sandbox" },
    });
    // Listings show which callers may write; they differ before and after.
    const both = await oauth.issue(AUDIENCE, BOTH);
    expect(namesIn(await send(url, both))).toContain("create_app");
    expect(namesIn(await send(url, both, list, modernHeaders(list)))).toContain("create_app");
    expect(namesIn(await send(url, token, list, modernHeaders(list)))).not.toContain("create_app");
  });

  describe("for a single tool", () => {
    const scope = "c1:read c1:create_app";
    const other = { ...LIST, method: "tools/call", params: { name: "sync_connector", arguments: {} } };
    const otherModern = modernRequest(3, "tools/call", other.params);
    const list = modernRequest(1, "tools/list");

    it.each<[string, object, object, Record<string, string>, Record<string, string>]>([
      ["2025", LIST, create("One tool 2025"), {}, {}],
      ["2026", list, modernRequest(4, "tools/call", create("One tool 2026").params), modernHeaders(list), {}],
    ])("allow that tool, the only write tool that is listed (%s)", async (_era, listing, call, listHeaders) => {
      const url = await start(oauth.issuer);
      const token = await oauth.sign({ ...GOOD(), scope });
      const names = namesIn(await send(url, token, listing, listHeaders));
      expect(names).toContain("find_apps");
      expect(names.filter((name) => (WRITE_TOOL_NAMES as readonly string[]).includes(name))).toEqual([
        "create_app",
      ]);
      const headers = listHeaders["mcp-method"] ? modernHeaders(call as never) : {};
      expect((await send(url, token, call, headers)).messages[0]?.result).toMatchObject({
        structuredContent: { tenant: "sandbox" },
      });
    });

    it.each<[string, object, Record<string, string>]>([
      ["2025", other, {}],
      ["2025, behind an allowed one in a batch", [create("Not either"), other], {}],
      ["2026", otherModern, modernHeaders(otherModern)],
    ])("forbid the other write tools by name, and ask for the held scopes and the missing one (%s)", async (_era, body, headers) => {
      const url = await start(oauth.issuer);
      const got = await send(url, await oauth.sign({ ...GOOD(), scope }), body, headers);
      expect(got.status).toBe(403);
      expect(challengeOf(got)).toBe(
        insufficient(
          "sync_connector needs the scope c1:sync_connector, or c1:write for all that write",
          "c1:read c1:create_app c1:sync_connector",
        ),
      );
      expect(rig.requests()).toEqual([]);
    });

    it("are named by whoami if they are missing", async () => {
      const url = await start(oauth.issuer);
      const whoami = { ...LIST, method: "tools/call", params: { name: "whoami", arguments: {} } };
      const got = await send(url, await oauth.sign({ ...GOOD(), scope }), whoami);
      const missing = WRITE_TOOL_NAMES.filter((name) => name !== "create_app").map((name) => `c1:${name}`);
      expect(got.messages[0]?.result).toMatchObject({
        structuredContent: {
          summary: expect.stringContaining(`The caller's token lacks the scopes ${missing.join(", ")}.`),
          may: { create_app: "yes", sync_connector: "no, the token lacks c1:sync_connector" },
        },
      });
      const all = await send(url, await oauth.sign(GOOD()), whoami);
      expect(JSON.stringify(all.messages[0]?.result)).not.toContain("lacks");
    });

    it.each([
      "c1:Create_app",
      "c1:create_app2",
      "c1:*",
      "create_app",
      "c1:create_app,c1:write",
      "c1:write\u200b",
    ])("must be spelt exactly: %j is not a scope", async (wrong) => {
      const url = await start(oauth.issuer);
      const got = await send(url, await oauth.sign({ ...GOOD(), scope: `c1:read ${wrong}` }), create("No"));
      expect(got.status).toBe(403);
    });
  });

  it.each([
    "c1:write",
    "c1:create_app",
    "openid",
    "",
  ])("%j alone allows nothing: a 403 asks for c1:read", async (scope) => {
    const url = await start(oauth.issuer);
    const got = await send(url, await oauth.sign({ ...GOOD(), scope }));
    expect(got.status).toBe(403);
    expect(challengeOf(got)).toBe(insufficient("The token needs the scope c1:read", "c1:read"));
  });

  it("without c1:read, a write leaves no record, but the log says whose it was", async () => {
    const before = rig.audits.length;
    const url = await start(oauth.issuer);
    const claims = {
      sub: `j\u0430ne${"x".repeat(200)}`,
      client_id: "claude",
      scope: `api://c1/c1:read ${BOTH.slice(8)}`,
    };
    const token = await oauth.sign({ ...GOOD(), ...claims });
    expect((await send(url, token, create("Unread"))).status).toBe(403);
    expect(rig.audits.length).toBe(before);
    expect(rig.requests()).toEqual([]);
    expect(JSON.parse(logs.at(-1) ?? "")).toMatchObject({
      msg: "caller refused",
      reason: "Forbidden: The token needs the scope c1:read",
      issuer: oauth.issuer,
      subject: `j\\u0430ne${"x".repeat(118)}…`,
      clientId: "claude",
      scopes: "api://c1/c1:read c1:write",
    });
    expect(logs.join()).not.toContain(token);
  });
});

describe("the OAuth issuer", () => {
  it("is asked once for its metadata and its keys, whatever arrives", async () => {
    const before = oauth.requests.length;
    const url = await start(oauth.issuer);
    const token = await oauth.sign(GOOD());
    await Promise.all(Array.from({ length: 20 }, () => send(url, token)));
    const asked = oauth.requests.slice(before).filter((path) => path !== "/token");
    expect(asked).toEqual(["/.well-known/oauth-authorization-server", "/jwks"]);
  });

  it("may change its key: new tokens are accepted, those of the old key no longer", async () => {
    const first = await startOAuthServer();
    const url = await start(first.issuer);
    const old = await first.issue(AUDIENCE, BOTH);
    expect((await send(url, old)).status).toBe(200);
    await first.close();
    const second = await startOAuthServer(first.port);
    const fresh = await second.issue(AUDIENCE, BOTH);
    passedMs += COOLDOWN_MS;
    expect((await send(url, fresh)).status).toBe(200);
    const got = await send(url, old);
    expect(got.status).toBe(401);
    expect(challengeOf(got)).toContain("a key that is not the issuer's");
    await second.close();
  });

  it("that is unreachable causes a 502, and the token can be tried again", async () => {
    const gone = await startOAuthServer();
    const token = await gone.issue(AUDIENCE, BOTH);
    await gone.close();
    const url = await start(gone.issuer);
    const got = await send(url, token);
    expect(got.status).toBe(502);
    expect(got.headers.get("retry-after")).toBe("5");
    expect((await send(url, STATIC)).status).toBe(200);
    const back = await startOAuthServer(gone.port);
    passedMs += COOLDOWN_MS;
    expect((await send(url, await back.issue(AUDIENCE, BOTH))).status).toBe(200);
    await back.close();
  });

  it("is announced to callers at both standard URLs", async () => {
    const url = await start(oauth.issuer);
    for (const path of ["", "/mcp"]) {
      const response = await fetch(new URL(`/.well-known/oauth-protected-resource${path}`, url));
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        resource: AUDIENCE,
        authorization_servers: [oauth.issuer],
        scopes_supported: ["c1:read", "c1:write", ...WRITE_TOOL_NAMES.map((name) => `c1:${name}`)],
        bearer_methods_supported: ["header"],
        resource_name: "ConductorOne writes",
      });
    }
    const posted = await fetch(new URL("/.well-known/oauth-protected-resource", url), { method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
