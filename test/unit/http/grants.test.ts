import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../../src/errors.ts";
import { createLocalShared } from "../../../src/replicas/local.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  AUTHORIZATION_SERVER,
  basic,
  clientOf,
  type GrantsBench,
  KEY,
  RESOURCE,
  SCOPES,
  SECRET,
  startGrants,
} from "../../support/grants-bench.ts";
import { type OAuthServer, startOAuthServer } from "../../support/oauth-server.ts";

let oauth: OAuthServer;
const benches: GrantsBench[] = [];
beforeAll(async () => {
  oauth = await startOAuthServer();
});
afterEach(() => {
  for (const bench of benches.splice(0)) bench.close();
});
afterAll(() => oauth.close());

async function start(
  ...[changes, clock]: [Parameters<typeof startGrants>[1]?, Parameters<typeof startGrants>[2]?]
) {
  const bench = await startGrants(oauth, changes, clock);
  benches.push(bench);
  return bench;
}

describe("the authorization server", () => {
  it("has metadata at the standard URL, with what clients and C1 require", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toMatchObject({
      issuer: AUTHORIZATION_SERVER,
      authorization_endpoint: `${AUTHORIZATION_SERVER}/authorize`,
      token_endpoint: `${AUTHORIZATION_SERVER}/token`,
      scopes_supported: SCOPES,
      response_types_supported: ["code"],
      grant_types_supported: ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
      authorization_grant_profiles_supported: ["urn:ietf:params:oauth:grant-profile:id-jag"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    });
    const resource = await fetch(`${url}/.well-known/oauth-protected-resource/mcp`);
    expect(await resource.json()).toMatchObject({
      resource: RESOURCE,
      authorization_servers: [AUTHORIZATION_SERVER],
    });
  });

  it.each([
    ["https://mcp.acme.example", "https://mcp.acme.example", ""],
    ["https://acme.example/c1/mcp", "https://acme.example/c1", "/c1"],
    ["https://acme.example/c1/", "https://acme.example/c1", "/c1"],
  ])("of %s is %s", async (resource, issuer, path) => {
    const { url, grants } = await start({ resource });
    expect(grants.issuer).toBe(issuer);
    for (const at of ["", path]) {
      const response = await fetch(`${url}/.well-known/oauth-authorization-server${at}`);
      expect(await response.json()).toMatchObject({ issuer, token_endpoint: `${issuer}/token` });
      expect((await fetch(`${url}${at}/token`, { method: "POST" })).status).toBe(415);
    }
  });

  it("logs nobody in, and says so", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/authorize?response_type=code&client_id=<b>`);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/^Nobody logs in here: .*enterprise-managed authorization/);
  });

  it("leaves every other path to the server", async () => {
    const { url } = await start();
    for (const path of ["/tokens", "/token/", "/x/token", "/.well-known/oauth-authorization-server/x"])
      expect((await fetch(url + path, { method: "POST" })).status).toBe(404);
  });
});

describe("an access token", () => {
  it("comes with its scopes and lifetime, and admits the person", async () => {
    const { assert, redeem, call, callers, goodClaims } = await start();
    const { status, headers, body } = await redeem(await assert({ groups: ["it"] }));
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-type")).toBe("application/json");
    const { access_token, ...rest } = body;
    expect(rest).toEqual({ token_type: "Bearer", expires_in: 300, scope: SCOPES.join(" ") });
    expect((await call(access_token)).status).toBe(200);
    expect(callers[0]).toMatchObject({
      name: "federated:3FFshhPuwk7lbS1M0nESX4KUIxs",
      scopes: SCOPES,
      identity: {
        kind: "user",
        issuer: oauth.issuer,
        subject: "3FFshhPuwk7lbS1M0nESX4KUIxs",
        email: "jane.doe@acme.example",
        clientId: "claude-code",
        authTime: goodClaims().auth_time,
        claims: { groups: ["it"] },
      },
    });
  });

  it("reveals nothing to its holder", async () => {
    const { assert, redeem } = await start();
    const { body } = await redeem(await assert());
    const plain = Buffer.from(body.access_token ?? "", "base64url").toString("latin1");
    expect(plain).not.toMatch(/jane|3FFshh|c1:/);
  });

  it("expires five minutes after its assertion was issued, however late that was exchanged", async () => {
    const { assert, redeem, call, clock } = await start();
    const assertion = await assert();
    const early = await redeem(await assert());
    clock.advance(200_000);
    const late = await redeem(assertion);
    expect(late.body.expires_in).toBe(100);
    clock.advance(99_000);
    for (const { body } of [early, late]) expect((await call(body.access_token)).status).toBe(200);
    clock.advance(2_000);
    for (const { body } of [early, late]) {
      const refused = await call(body.access_token);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toContain('error_description="The token has expired"');
    }
  });

  it("without the scope of a tool gets a 403 that names the scope", async () => {
    const { assert, redeem, call } = await start();
    const { body } = await redeem(await assert({ scope: "c1:read" }));
    const refused = await call(body.access_token);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("www-authenticate")).toBe(
      'Bearer realm="c1-admin-mcp", error="insufficient_scope", ' +
        'error_description="create_app needs the scope c1:create_app, or c1:write for all that write", ' +
        'scope="c1:read c1:create_app", ' +
        'resource_metadata="https://mcp.acme.example/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it("that is missing or invalid sends the caller to the authorization server, for all scopes", async () => {
    const { call, assert, redeem } = await start();
    const { body } = await redeem(await assert());
    const bad = (body.access_token ?? "").replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const token of ["", "garbage", "a.b.c", bad]) {
      const refused = await call(token);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toContain(`scope="${SCOPES.join(" ")}"`);
    }
    // An assertion is not an access token.
    expect((await call(await assert())).status).toBe(401);
  });

  it.each<[string, string, string | undefined, string | undefined]>([
    ["what was asked for, of what the assertion allows", "c1:read c1:create_app", "c1:read", "c1:read"],
    ["not more than the assertion allows", "c1:read", "c1:read c1:write", "c1:read"],
    ["not what there is no such thing of here", "c1:read admin c1:delete", undefined, "c1:read"],
    ["nothing by a part of a name", "c1:read_all", undefined, undefined],
    ["nothing where nothing is allowed", "", undefined, undefined],
    ["nothing where nothing is left", "c1:read", "c1:write", undefined],
  ])("allows %s", async (_what, scope, asked, given) => {
    const { assert, redeem } = await start();
    const { body } = await redeem(await assert({ scope }), asked === undefined ? {} : { scope: asked });
    expect(body.scope).toBe(given);
    expect(body.error).toBe(given === undefined ? "invalid_scope" : undefined);
  });

  it.each([
    undefined,
    ["c1:write"],
    { "c1:write": true },
    7,
  ])("grants nothing for a scope of %j", async (scope) => {
    const { assert, redeem } = await start();
    expect((await redeem(await assert({ scope }))).body.error).toBe("invalid_scope");
  });
});

describe("the keys of access tokens", () => {
  const [old, fresh] = ["o".repeat(32), "f".repeat(32)];

  it("can be replaced: tokens sealed with the old key stay valid while it is listed", async () => {
    let keys = old;
    const { assert, redeem, call } = await start({ keys: async () => keys });
    const token = async () => (await redeem(await assert())).body.access_token;
    const first = await token();
    keys = `${fresh}\n${old}\n`;
    const second = await token();
    expect([(await call(first)).status, (await call(second)).status]).toEqual([200, 200]);
    keys = fresh;
    expect([(await call(first)).status, (await call(second)).status]).toEqual([401, 200]);
  });

  it("must be long enough, or no tokens are issued", async () => {
    const { assert, redeem, grants, logs } = await start({ keys: async () => `${fresh},short` });
    expect((await redeem(await assert())).status).toBe(500);
    await expect(grants.checks.ema_key?.()).rejects.toThrow("32 characters");
    expect(logs.join()).not.toContain(fresh);
  });

  it("are valid for one address only", async () => {
    const [here, there] = [await start(), await start({ resource: "https://other.acme.example/mcp" })];
    const { body } = await here.redeem(await here.assert());
    expect((await there.call(body.access_token)).status).toBe(401);
  });
});

describe("two replicas", () => {
  it("accept each other's tokens, and an assertion once if they share used ids", async () => {
    const clock = createFakeClock();
    const shared = createLocalShared(clock);
    const [one, two] = [await start({ shared }, clock), await start({ shared }, clock)];
    const assertion = await one.assert();
    const { body } = await one.redeem(assertion);
    expect((await two.call(body.access_token)).status).toBe(200);
    expect((await two.redeem(assertion)).body.error_description).toBe("The assertion was used already");
  });

  it("accept no assertion while the shared store does not respond", async () => {
    const clock = createFakeClock();
    const useOnce = async () => {
      throw new Failure("unavailable", "The shared store does not answer.");
    };
    const { assert, redeem } = await start({ shared: { ...createLocalShared(clock), useOnce } }, clock);
    const got = await redeem(await assert());
    expect([got.status, got.body.error, got.headers.get("retry-after")]).toEqual([
      502,
      "temporarily_unavailable",
      "5",
    ]);
  });

  it("accept an assertion once each if they share nothing, but never beyond its first token's lifetime", async () => {
    const clock = createFakeClock();
    const [one, two] = [await start({}, clock), await start({}, clock)];
    const assertion = await one.assert({ exp: Math.floor(clock.now() / 1000) + 3_600 });
    expect((await one.redeem(assertion)).body.expires_in).toBe(300);
    clock.advance(250_000);
    const { body } = await two.redeem(assertion);
    expect(body.expires_in).toBe(50);
    clock.advance(51_000);
    expect((await two.call(body.access_token)).status).toBe(401);
    clock.advance(10_000);
    expect((await (await start({}, clock)).redeem(assertion)).status).toBe(400);
  });
});

describe("a client", () => {
  const open = async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "bot-1" }] };
    const clients = new Map([
      ["claude-code", clientOf("claude-code", ["an-old-secret-of-it", SECRET])],
      ["odd:id", clientOf("odd:id", ["p%:+ü"])],
      ["bot", clientOf("bot", [], jwks)],
    ]);
    const bench = await start({ clients: async () => clients });
    const now = Math.floor(bench.clock.now() / 1000);
    const good = {
      iss: "bot",
      sub: "bot",
      aud: AUTHORIZATION_SERVER,
      jti: crypto.randomUUID(),
      iat: now,
      exp: now + 60,
    };
    const prove = async (changes: object = {}, key = privateKey) => ({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await new SignJWT({ ...good, jti: crypto.randomUUID(), ...changes })
        .setProtectedHeader({ alg: "ES256", kid: "bot-1" })
        .sign(key),
    });
    return { ...bench, prove, now };
  };

  it("authenticates with its secret, in the header or the body; two secrets may be valid at a time", async () => {
    const { assert, redeem } = await open();
    for (const secret of [SECRET, "an-old-secret-of-it"]) {
      expect((await redeem(await assert(), {}, basic("claude-code", secret))).status).toBe(200);
      const posted = { client_id: "claude-code", client_secret: secret };
      expect((await redeem(await assert(), posted, {})).status).toBe(200);
    }
  });

  it("may form-encode its id and secret", async () => {
    const { assert, redeem } = await open();
    const assertion = () => assert({ client_id: "odd:id" });
    const encoded = basic("odd%3Aid", "p%25%3A%2B%C3%BC");
    expect((await redeem(await assertion(), {}, encoded)).status).toBe(200);
  });

  it("authenticates with its key, for our issuer or the token endpoint, with a new assertion each time", async () => {
    const { assert, redeem, prove } = await open();
    const assertion = () => assert({ client_id: "bot" });
    for (const aud of [AUTHORIZATION_SERVER, `${AUTHORIZATION_SERVER}/token`, [AUTHORIZATION_SERVER]]) {
      const proof = await prove({ aud });
      expect((await redeem(await assertion(), proof, {})).status).toBe(200);
      expect((await redeem(await assertion(), proof, {})).body.error).toBe("invalid_client");
    }
  });

  it.each<[string, object]>([
    ["about another", { sub: "claude-code" }],
    ["by another", { iss: "claude-code" }],
    ["for another server", { aud: "https://other.acme.example" }],
    ["that has expired", { exp: 1 }],
    ["that never expires", { exp: undefined }],
    ["that is old", { iat: 1 }],
    ["without an id", { jti: undefined }],
  ])("is not recognised by an assertion %s", async (_what, changes) => {
    const { assert, redeem, prove } = await open();
    expect((await redeem(await assert({ client_id: "bot" }), await prove(changes), {})).body.error).toBe(
      "invalid_client",
    );
  });

  it("is not recognised by another client's key", async () => {
    const { assert, redeem, prove } = await open();
    const { privateKey } = await generateKeyPair("ES256");
    const proof = await prove({}, privateKey);
    expect((await redeem(await assert({ client_id: "bot" }), proof, {})).body.error).toBe("invalid_client");
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ["a wrong secret", {}, basic("claude-code", "wrong")],
    ["no secret", {}, basic("claude-code", "")],
    ["a secret where it has a key", {}, basic("bot", "")],
    ["an id that is not known", {}, basic("nobody", SECRET)],
    ["a name of every object", {}, basic("__proto__", SECRET)],
    ["nothing", {}, {}],
    ["its id alone", { client_id: "claude-code" }, {}],
    ["no Basic", {}, { authorization: `Bearer ${SECRET}` }],
    ["another id in the body", { client_id: "bot" }, basic("claude-code", SECRET)],
    [
      "an assertion that is none",
      {
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: "x",
      },
      {},
    ],
  ])("is refused in the same words for %s", async (_what, form, headers) => {
    const { assert, redeem, logs } = await open();
    const got = await redeem(await assert(), form, headers);
    expect(got.status).toBe(401);
    expect(got.headers.get("www-authenticate")).toBe('Basic realm="c1-admin-mcp"');
    expect(got.body).toEqual({
      error: "invalid_client",
      error_description: "The client is not known here, or did not prove that it is that one",
    });
    expect(logs.join()).not.toContain(SECRET);
  });

  it("must authenticate in exactly one way", async () => {
    const { assert, redeem, prove } = await open();
    const both = { client_id: "claude-code", client_secret: SECRET };
    expect((await redeem(await assert(), both)).body.error).toBe("invalid_request");
    expect((await redeem(await assert(), { ...both, ...(await prove()) }, {})).body.error).toBe(
      "invalid_request",
    );
  });

  it("has a limit per minute", async () => {
    const { assert, redeem, clock } = await start({ perMinute: 60 });
    const statuses = [];
    for (let index = 0; index < 12; index += 1) statuses.push((await redeem(await assert())).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
    const refused = await redeem(await assert());
    expect(refused.headers.get("retry-after")).toBe("1");
    // One client does not use up another's limit, and unauthenticated requests use up none.
    const other = basic("other", "a-secret-of-another");
    expect((await redeem(await assert({ client_id: "other" }), {}, other)).status).toBe(200);
    for (let index = 0; index < 20; index += 1) await redeem("x", {}, basic("other", "wrong"));
    expect((await redeem(await assert({ client_id: "other" }), {}, other)).status).toBe(200);
    clock.advance(2_000);
    expect((await redeem(await assert())).status).toBe(200);
  });
});

describe("a token request", () => {
  const FORM = { "content-type": "application/x-www-form-urlencoded" };

  it.each<[string, RequestInit, number]>([
    ["GET", {}, 405],
    ["PUT", { method: "PUT", headers: FORM, body: "" }, 405],
    ["JSON", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }, 415],
    ["compressed", { method: "POST", headers: { ...FORM, "content-encoding": "gzip" }, body: "x" }, 415],
    ["large", { method: "POST", headers: FORM, body: "a".repeat(16 * 1024 + 1) }, 413],
  ])("is refused as %s", async (_what, init, status) => {
    const { url } = await start();
    const response = await fetch(`${url}/token`, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: "invalid_request" });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("connection")).toBe("close");
  });

  it("is refused if a parameter occurs twice", async () => {
    const { url, assert } = await start();
    const body = new URLSearchParams({ grant_type: "x", assertion: await assert() });
    body.append("assertion", await assert());
    const response = await fetch(`${url}/token`, {
      method: "POST",
      headers: basic("claude-code", SECRET),
      body,
    });
    expect(await response.json()).toMatchObject({ error: "invalid_request" });
  });

  it("takes its parameters only from the body", async () => {
    const { url, assert } = await start();
    const query = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: await assert(),
    });
    const headers = { ...basic("claude-code", SECRET), ...FORM };
    const response = await fetch(`${url}/token?${query}`, { method: "POST", headers, body: "" });
    expect(await response.json()).toMatchObject({ error: "unsupported_grant_type" });
  });

  it("that waits for permission to continue gets it", async () => {
    const { url, assert } = await start();
    const body = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: await assert(),
    }).toString();
    const headers = {
      ...basic("claude-code", SECRET),
      ...FORM,
      expect: "100-continue",
      "content-length": body.length,
    };
    const sent = request(`${url}/token`, { method: "POST", headers });
    sent.flushHeaders();
    await once(sent, "continue");
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    expect(answer.resume().statusCode).toBe(200);
  });

  it("from a web page is refused", async () => {
    const { assert, redeem } = await start();
    const headers = { ...basic("claude-code", SECRET), origin: "https://evil.example" };
    expect((await redeem(await assert(), {}, headers)).status).toBe(403);
  });
});

it("an unreadable clients file is a server error that reveals nothing about it", async () => {
  const bench = await start({
    clients: async () => {
      throw new Error("cannot be read (EACCES)");
    },
  });
  const got = await bench.redeem(await bench.assert());
  expect(got.status).toBe(500);
  expect(got.text).not.toContain("EACCES");
  await expect(bench.grants.checks.ema_clients?.()).rejects.toThrow();
  await expect(bench.grants.checks.ema_key?.()).resolves.toBeUndefined();
  expect(KEY).toHaveLength(32);
});
