import { createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createKeyPair } from "../../../src/sandbox/auth/key-pair.ts";
import { PEOPLE } from "../../../src/sandbox/seed.ts";
import type { Sandbox, SandboxPrincipal } from "../../../src/sandbox/start.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { call, openSandbox, requestToken } from "./harness.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

function secretForm(sandbox: Sandbox) {
  return {
    grant_type: "client_credentials",
    client_id: sandbox.clientId,
    client_secret: sandbox.clientSecret,
  };
}

function keyOf(sandbox: Sandbox): KeyObject {
  const [, , version, encoded] = sandbox.clientSecret.split(":");
  expect(version).toBe("v1");
  return createPrivateKey({
    key: JSON.parse(Buffer.from(encoded ?? "", "base64url").toString()),
    format: "jwk",
  });
}

interface Slip {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: KeyObject;
}

async function signAssertion(sandbox: Sandbox, now: number, { claims, header, key }: Slip = {}) {
  const seconds = Math.floor(now / 1000);
  return new SignJWT({
    iss: sandbox.clientId,
    sub: sandbox.clientId,
    aud: ["127.0.0.1"],
    iat: seconds,
    nbf: seconds - 120,
    exp: seconds + 120,
    ...claims,
  })
    .setProtectedHeader({ alg: "EdDSA", nonce: randomBytes(16).toString("hex"), ...header })
    .sign(key ?? keyOf(sandbox));
}

function assertionForm(sandbox: Sandbox, assertion: string) {
  return {
    grant_type: "client_credentials",
    client_id: sandbox.clientId,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
  };
}

describe("the sandbox's credential", () => {
  it("has the vendor's form", async () => {
    const sandbox = await openSandbox();
    expect(sandbox.clientId).toMatch(/^[a-z]+-[a-z]+-\d+@127\.0\.0\.1:\d+\/pcc$/);
    expect(sandbox.clientSecret).toMatch(/^secret-token:conductorone\.com:v1:[\w-]+$/);
    expect(keyOf(sandbox).asymmetricKeyType).toBe("ed25519");
  });
});

describe("client credentials with the secret in the body", () => {
  it("yields a bearer token that works", async () => {
    const sandbox = await openSandbox({ tokenLifetimeSeconds: 77 });
    const { status, json } = await requestToken(sandbox, secretForm(sandbox));
    expect(status).toBe(200);
    expect(json).toEqual({ access_token: expect.any(String), token_type: "Bearer", expires_in: 77 });
    const who = await call(sandbox, "GET", "/api/v1/auth/introspect", undefined, {
      authorization: `Bearer ${json.access_token}`,
    });
    expect(who.json).toMatchObject({ userId: PEOPLE.caller.id, roles: ["system:owner"] });
    expect(sandbox.counts.tokens).toBe(1);
  });

  it.each([
    ["a wrong secret", { client_secret: "secret-token:conductorone.com:v1:e30" }, 401, "invalid_client"],
    ["another client", { client_id: "other@127.0.0.1/pcc" }, 401, "invalid_client"],
    ["no grant type", { grant_type: "" }, 400, "unsupported_grant_type"],
    ["a foreign grant type", { grant_type: "password" }, 400, "unsupported_grant_type"],
    ["a secret and an assertion", { client_assertion: "x" }, 400, "invalid_request"],
  ])("refuses %s in OAuth's form", async (_name, change, status, error) => {
    const sandbox = await openSandbox();
    const reply = await requestToken(sandbox, { ...secretForm(sandbox), ...change });
    expect(reply.status).toBe(status);
    expect(reply.json).toEqual({ error, error_description: expect.any(String) });
    expect(sandbox.counts.tokens).toBe(1);
  });

  it("refuses Basic authentication, JSON, GET and repeated parameters", async () => {
    const sandbox = await openSandbox();
    const url = `${sandbox.serverUrl}/auth/v1/token`;
    const basic = await requestToken(sandbox, secretForm(sandbox), { authorization: "Basic eDp5" });
    expect([basic.status, basic.json.error]).toEqual([401, "invalid_client"]);
    const json = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(secretForm(sandbox)),
    });
    expect(json.status).toBe(400);
    expect((await fetch(url)).status).toBe(405);
    const twice = `${new URLSearchParams(secretForm(sandbox))}&client_id=again`;
    const repeated = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: twice,
    });
    expect(await repeated.json()).toMatchObject({ error: "invalid_request" });
  });

  it("ignores the query", async () => {
    const sandbox = await openSandbox();
    const response = await fetch(
      `${sandbox.serverUrl}/auth/v1/token?${new URLSearchParams(secretForm(sandbox))}`,
      {
        method: "POST",
        body: new URLSearchParams({}),
      },
    );
    expect(response.status).toBe(400);
  });
});

describe("several credentials", () => {
  const formOf = ({ clientId, clientSecret }: SandboxPrincipal) => ({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const ask = (sandbox: Sandbox, token: string, method: string, path: string, body?: object) =>
    call(sandbox, method, path, body, { authorization: `Bearer ${token}` });

  it("act for their own users with their own roles, and the request log shows whose token came", async () => {
    const sandbox = await openSandbox();
    const team = sandbox.addPrincipal({
      kind: "service",
      userId: PEOPLE.service.id,
      roles: ["system:viewer"],
    });
    const person = sandbox.addPrincipal({ kind: "person", userId: PEOPLE.samLee.id });
    expect(team.clientId).toMatch(/\/spc$/);
    const [a, b] = await Promise.all([team, person].map((one) => requestToken(sandbox, formOf(one))));
    const read = await ask(sandbox, a?.json.access_token, "GET", "/api/v1/auth/introspect");
    expect(read.json).toMatchObject({
      userId: "",
      principleId: PEOPLE.service.id,
      roles: ["system:viewer"],
    });
    const create = (token: string) => ask(sandbox, token, "POST", "/api/v1/apps", { displayName: "Whose" });
    expect((await create(a?.json.access_token)).status).toBe(403);
    expect((await create(b?.json.access_token)).status).toBe(200);
    expect(sandbox.requests.slice(-2).map(({ userId }) => userId)).toEqual([
      PEOPLE.service.id,
      PEOPLE.samLee.id,
    ]);
    expect(sandbox.state.appOwners.at(-1)?.userId).toBe(PEOPLE.samLee.id);
  });

  it("are revoked individually, with their tokens", async () => {
    const sandbox = await openSandbox();
    const gone = sandbox.addPrincipal({ kind: "person", userId: PEOPLE.samLee.id });
    // The same user with another credential.
    const other = sandbox.addPrincipal({ kind: "person", userId: PEOPLE.samLee.id });
    const [a, b] = await Promise.all([gone, other].map((one) => requestToken(sandbox, formOf(one))));
    gone.revoke();
    const introspect = (token: string) => ask(sandbox, token, "GET", "/api/v1/auth/introspect");
    expect((await introspect(a?.json.access_token)).status).toBe(401);
    expect((await introspect(b?.json.access_token)).status).toBe(200);
    expect((await requestToken(sandbox, formOf(gone))).status).toBe(401);
    expect((await requestToken(sandbox, formOf(other))).status).toBe(200);
  });
});

describe("client credentials with a signed assertion", () => {
  it("accepts what the vendor's clients send, with aud as a list or a string", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    for (const aud of [["127.0.0.1"], "127.0.0.1"]) {
      const assertion = await signAssertion(sandbox, clock.now(), { claims: { aud } });
      const { status, json } = await requestToken(sandbox, assertionForm(sandbox, assertion));
      expect([status, json.token_type]).toEqual([200, "Bearer"]);
    }
  });

  const seconds = createFakeClock(Date.UTC(2026, 8, 1, 12)).now() / 1000;
  const slips: [name: string, slip: Slip][] = [
    ["another key", { key: createPrivateKey({ key: createKeyPair().privateJwk, format: "jwk" }) }],
    ["another issuer", { claims: { iss: "someone" } }],
    ["another subject", { claims: { sub: "someone" } }],
    ["another audience", { claims: { aud: ["example.com"] } }],
    ["the port in the audience", { claims: { aud: ["127.0.0.1:1"] } }],
    ["a life of more than 5 minutes", { claims: { exp: seconds + 301 } }],
    ["no exp", { claims: { exp: undefined } }],
    ["no iat", { claims: { iat: undefined } }],
    ["an exp in the past", { claims: { iat: seconds - 200, exp: seconds - 1 } }],
    ["an nbf in the future", { claims: { nbf: seconds + 5 } }],
    ["no nonce", { header: { nonce: undefined } }],
    ["a short nonce", { header: { nonce: "abc" } }],
    ["a nonce claim", { claims: { nonce: "a".repeat(32) } }],
  ];
  it.each(slips)("refuses %s", async (_name, slip) => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    const reply = await requestToken(
      sandbox,
      assertionForm(sandbox, await signAssertion(sandbox, clock.now(), slip)),
    );
    expect([reply.status, reply.json.error]).toEqual([401, "invalid_client"]);
    expect(reply.json.error_description).toContain("client assertion");
  });

  it("refuses a repeated assertion, garbage, and a wrong assertion type", async () => {
    const sandbox = await openSandbox();
    const form = assertionForm(sandbox, await signAssertion(sandbox, Date.now()));
    expect((await requestToken(sandbox, form)).status).toBe(200);
    expect((await requestToken(sandbox, form)).json.error_description).toContain("nonce was used");
    expect((await requestToken(sandbox, assertionForm(sandbox, "a.b.c"))).status).toBe(401);
    expect((await requestToken(sandbox, { ...form, client_assertion_type: "jwt" })).status).toBe(400);
  });

  it("can be switched off", async () => {
    const sandbox = await openSandbox();
    sandbox.auth.assertion = "unsupported";
    const form = assertionForm(sandbox, await signAssertion(sandbox, Date.now()));
    const refused = await requestToken(sandbox, form);
    expect([refused.status, refused.json.error]).toEqual([400, "unauthorized_client"]);
    expect((await requestToken(sandbox, secretForm(sandbox))).status).toBe(200);
  });
});

describe("token exchange", () => {
  async function exchange(
    sandbox: Sandbox,
    claims: Record<string, unknown>,
    change: Record<string, string> = {},
  ) {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode("an issuer of somebody else's, 32 bytes"));
    return requestToken(sandbox, {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: token,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      client_id: sandbox.clientId.replace("/pcc", "/wfe"),
      ...change,
    });
  }
  const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
  const now = clock.now() / 1000;

  it("accepts a fresh token for this tenant and acts as a service principal", async () => {
    const sandbox = await openSandbox({ clock });
    const { status, json } = await exchange(sandbox, { aud: "127.0.0.1", iat: now - 599 });
    expect(status).toBe(200);
    const who = await call(sandbox, "GET", "/api/v1/auth/introspect", undefined, {
      authorization: `Bearer ${json.access_token}`,
    });
    expect(who.json).toMatchObject({ userId: "", principleId: PEOPLE.service.id });
  });

  it.each([
    ["another audience", { aud: "example.com", iat: now }, {}],
    ["no audience", { iat: now }, {}],
    ["an old token", { aud: "127.0.0.1", iat: now - 601 }, {}],
    ["a token from the future", { aud: "127.0.0.1", iat: now + 120 }, {}],
    ["no iat", { aud: "127.0.0.1" }, {}],
    ["an expired token", { aud: "127.0.0.1", iat: now - 60, exp: now - 1 }, {}],
    ["what is no JWT", { aud: "127.0.0.1", iat: now }, { subject_token: "nope" }],
    ["another token type", { aud: "127.0.0.1", iat: now }, { subject_token_type: "jwt" }],
    ["a client of another tenant", { aud: "127.0.0.1", iat: now }, { client_id: "x@acme.example/wfe" }],
  ])("refuses %s", async (_name, claims, change) => {
    const sandbox = await openSandbox({ clock });
    const reply = await exchange(sandbox, claims, change as Record<string, string>);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.json).toEqual({ error: expect.any(String), error_description: expect.any(String) });
  });
});

describe("DPoP", () => {
  it("is demanded with a nonce, or shown in the token's type", async () => {
    const sandbox = await openSandbox();
    sandbox.auth.dpop = true;
    const challenge = await requestToken(sandbox, secretForm(sandbox));
    expect([challenge.status, challenge.json.error]).toEqual([400, "use_dpop_nonce"]);
    expect(challenge.headers.get("dpop-nonce")).toBeTruthy();
    sandbox.auth.dpop = "token_type";
    expect((await requestToken(sandbox, secretForm(sandbox))).json.token_type).toBe("DPoP");
  });
});

describe("access tokens", () => {
  it("expire by the clock, and are revoked all at once", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    const authorization = `Bearer ${sandbox.issueToken(60)}`;
    const ask = () => call(sandbox, "GET", "/api/v1/apps", undefined, { authorization });
    expect((await ask()).status).toBe(200);
    clock.advance(60_000);
    const expired = await ask();
    expect(expired.status).toBe(401);
    expect(expired.json).toEqual({
      code: 16,
      message: expect.stringMatching(/\(request-id: \w{27}\)$/),
      details: [],
    });
    const second = `Bearer ${sandbox.issueToken()}`;
    sandbox.revokeAllTokens();
    const revoked = await call(sandbox, "GET", "/api/v1/apps", undefined, { authorization: second });
    expect(revoked.status).toBe(401);
  });

  it.each(["", "Bearer", "Bearer nonsense", "Basic eDp5"])("refuses the header %j", async (authorization) => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, "GET", "/api/v1/apps", undefined, { authorization });
    expect([reply.status, reply.json.code]).toEqual([401, 16]);
  });
});
