import { exportSPKI, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkAssertion } from "../../../src/http/grants/check-assertion.ts";
import {
  AUTHORIZATION_SERVER,
  basic,
  type GrantsBench,
  RESOURCE,
  SECRET,
  startGrants,
} from "../../support/grants-bench.ts";
import { takeIssuerKeys } from "../../support/issuer-keys.ts";
import { type OAuthServer, startOAuthServer } from "../../support/oauth-server.ts";

/*
 * Every check of an ID-JAG, each with an assertion that is valid except for one thing: without the check, it would get a token.
 */

let oauth: OAuthServer;
let bench: GrantsBench;
beforeAll(async () => {
  oauth = await startOAuthServer();
  bench = await startGrants(oauth);
});
afterAll(async () => {
  bench.close();
  await oauth.close();
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const seconds = () => Math.floor(bench.clock.now() / 1000);
const without = (name: string): JWTPayload => ({ [name]: undefined });

async function signShared(): Promise<string> {
  return new SignJWT(bench.goodClaims())
    .setProtectedHeader({ alg: "HS256", kid: oauth.keyId, typ: "oauth-id-jag+jwt" })
    .sign(new TextEncoder().encode(await exportSPKI(oauth.publicKey)));
}

async function signStrange(): Promise<string> {
  const { privateKey } = await takeIssuerKeys();
  return new SignJWT(bench.goodClaims())
    .setProtectedHeader({ alg: "RS256", kid: oauth.keyId, typ: "oauth-id-jag+jwt" })
    .sign(privateKey);
}

const unsigned = (header: object) =>
  `${encode({ typ: "oauth-id-jag+jwt", ...header })}.${encode(bench.goodClaims())}.`;

const NO_SUCH_WAY = "The assertion is signed in a way that is not accepted";
const OTHER_AUDIENCE = "The assertion is for another audience";
const OTHER_TYPE = "The assertion is a token of another type";
const OTHER_RESOURCE = "The assertion is for another resource";

describe("a refused assertion", () => {
  it.each<[string, () => Promise<string> | string, string]>([
    ["that is none", () => "garbage", "The assertion is not a JWT"],
    ["that is an ID token", () => bench.assert({}, { typ: "JWT" }), OTHER_TYPE],
    ["of no type", () => bench.assert({}, { typ: undefined }), OTHER_TYPE],
    ["unsigned", () => unsigned({ alg: "none" }), NO_SUCH_WAY],
    ["unsigned, which names a key", () => unsigned({ alg: "none", kid: oauth.keyId }), NO_SUCH_WAY],
    ["signed with the public key as a shared one", signShared, NO_SUCH_WAY],
    ["signed by somebody else", signStrange, "The signature of the assertion is wrong"],
    [
      "of a key that is not published",
      () => bench.assert({}, { kid: "unknown" }),
      "The assertion is signed with a key that is not the issuer's",
    ],
    [
      "of another issuer",
      () => bench.assert({ iss: "https://evil.conductor.one" }),
      "The assertion comes from another issuer",
    ],
    ["for another audience", () => bench.assert({ aud: "https://other.acme.example" }), OTHER_AUDIENCE],
    ["for our address in place of our issuer", () => bench.assert({ aud: RESOURCE }), OTHER_AUDIENCE],
    ["for our issuer with a slash", () => bench.assert({ aud: `${AUTHORIZATION_SERVER}/` }), OTHER_AUDIENCE],
    ["for no audience", () => bench.assert(without("aud")), OTHER_AUDIENCE],
    [
      "for another audience too",
      () => bench.assert({ aud: [AUTHORIZATION_SERVER, "https://other.acme.example"] }),
      "The assertion is for more than one audience",
    ],
    [
      "for another resource",
      () => bench.assert({ resource: "https://mcp.acme.example/other" }),
      OTHER_RESOURCE,
    ],
    [
      "for other resources",
      () => bench.assert({ resource: ["https://a.example", "https://b.example"] }),
      OTHER_RESOURCE,
    ],
    ["for a resource that is none", () => bench.assert({ resource: { url: RESOURCE } }), OTHER_RESOURCE],
    ["for another client", () => bench.assert({ client_id: "other" }), "The assertion is for another client"],
    [
      "for a list of clients",
      () => bench.assert({ client_id: ["claude-code"] }),
      "The assertion is for another client",
    ],
    [
      "for no client",
      () => bench.assert(without("client_id")),
      "The assertion does not say which client it is for",
    ],
    [
      "that has expired",
      () => bench.assert({ iat: seconds() - 200, exp: seconds() - 6 }),
      "The assertion has expired",
    ],
    ["that never expires", () => bench.assert(without("exp")), "The assertion does not say when it expires"],
    ["that is not valid yet", () => bench.assert({ nbf: seconds() + 30 }), "The assertion is not valid yet"],
    [
      "that is old, whenever it expires",
      () => bench.assert({ iat: seconds() - 306, exp: seconds() + 3_600 }),
      "The assertion has expired",
    ],
    [
      "from the future",
      () => bench.assert({ iat: seconds() + 30, exp: seconds() + 330 }),
      "The assertion does not say when it was made, or that is yet to come",
    ],
    [
      "that does not say when it was made",
      () => bench.assert(without("iat")),
      "The assertion does not say when it was made, or that is yet to come",
    ],
    ["without an id", () => bench.assert(without("jti")), "The assertion has no id"],
    ["with an empty id", () => bench.assert({ jti: "" }), "The assertion has no id"],
    ["with an id that is no text", () => bench.assert({ jti: 7 as never }), "The assertion has no id"],
    ["about nobody", () => bench.assert(without("sub")), "The assertion does not say whom it stands for"],
    ["about a blank", () => bench.assert({ sub: " " }), "The assertion does not say whom it stands for"],
    [
      "about a number",
      () => bench.assert({ sub: 7 as never }),
      "The assertion does not say whom it stands for",
    ],
    [
      "that is bound to a key",
      () => bench.assert({ cnf: { jkt: "x" } }),
      "The assertion is bound to a key, which is not supported here",
    ],
    [
      "that is too long for a header",
      () => bench.assert({ groups: "g".repeat(6_000) }),
      "The assertion is too long",
    ],
    [
      "whose claims were changed",
      async () =>
        (await bench.assert()).replace(/\.[^.]+\./, `.${encode({ ...bench.goodClaims(), sub: "root" })}.`),
      "The signature of the assertion is wrong",
    ],
  ])("%s", async (_name, make, reason) => {
    const assertion = await make();
    const { status, body, text, headers } = await bench.redeem(assertion);
    expect(body).toEqual({ error: "invalid_grant", error_description: reason });
    expect(status).toBe(400);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).not.toContain(assertion);
    expect(bench.logs.join()).not.toContain(assertion);
    // The same endpoint accepts a valid assertion, so that one thing was the reason.
    expect((await bench.redeem(await bench.assert())).status).toBe(200);
  });

  it("is signed with a shared key, even if the issuer's keys could include one", async () => {
    const key = new TextEncoder().encode("s".repeat(32));
    const assertion = await new SignJWT(bench.goodClaims())
      .setProtectedHeader({ alg: "HS256", typ: "oauth-id-jag+jwt" })
      .sign(key);
    const checks = {
      issuer: oauth.issuer,
      keys: async () => key,
      audience: AUTHORIZATION_SERVER,
      resource: RESOURCE,
      now: bench.clock.now,
    };
    await expect(checkAssertion(assertion, "claude-code", checks)).rejects.toThrow(NO_SUCH_WAY);
  });

  it("was used before, even concurrently", async () => {
    const assertion = await bench.assert();
    const replies = await Promise.all(Array.from({ length: 5 }, () => bench.redeem(assertion)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    const { body } = await bench.redeem(assertion);
    expect(body).toEqual({ error: "invalid_grant", error_description: "The assertion was used already" });
    // Nor with another signature, because the id counts.
    const { jti } = JSON.parse(Buffer.from(assertion.split(".")[1] ?? "", "base64url").toString());
    expect((await bench.redeem(await bench.assert({ jti, sub: "another" }))).body.error).toBe(
      "invalid_grant",
    );
  });

  it("stays refused for as long as it could be presented again", async () => {
    const own = await startGrants(oauth);
    const assertion = await own.assert({ exp: Math.floor(own.clock.now() / 1000) + 3_600 });
    expect((await own.redeem(assertion)).status).toBe(200);
    for (let passed = 0; passed < 320; passed += 5) {
      own.clock.advance(5_000);
      expect((await own.redeem(assertion)).status).toBe(400);
    }
    own.close();
  });
});

describe("an unused assertion", () => {
  it("is not used up by a request that gets no token", async () => {
    const assertion = await bench.assert();
    const refused = [
      await bench.redeem(assertion, {}, basic("other", "a-secret-of-another")),
      await bench.redeem(assertion, {}, basic("claude-code", "wrong")),
      await bench.redeem(assertion, { scope: "c1:other" }),
      await bench.redeem(assertion, { resource: "https://other.acme.example/mcp" }),
      await bench.redeem(assertion, { grant_type: "client_credentials" }),
    ];
    expect(refused.map(({ body }) => body.error)).toEqual([
      "invalid_grant",
      "invalid_client",
      "invalid_scope",
      "invalid_target",
      "unsupported_grant_type",
    ]);
    expect((await bench.redeem(assertion)).status).toBe(200);
  });
});

describe("an accepted assertion", () => {
  it.each<[string, JWTPayload, object?]>([
    ["that names no resource, as C1's", { resource: undefined }],
    ["for our resource among others", { resource: ["https://a.example", RESOURCE] }],
    ["with its audience as a list", { aud: [AUTHORIZATION_SERVER] }],
    ["with its type written out", {}, { typ: "application/oauth-id-jag+jwt" }],
    ["without e-mail address and time of login", { email: undefined, auth_time: undefined }],
  ])("%s", async (_name, claims, header) => {
    expect((await bench.redeem(await bench.assert(claims, header))).status).toBe(200);
  });

  it("may come from a slightly different clock", async () => {
    const late = await bench.assert({ iat: seconds() - 100, exp: seconds() - 3 });
    const early = await bench.assert({ iat: seconds() + 3 });
    expect([(await bench.redeem(late)).status, (await bench.redeem(early)).status]).toEqual([200, 200]);
  });
});

describe("the issuer", () => {
  it("may change its keys: new assertions are accepted, those of the old key no longer", async () => {
    const first = await startOAuthServer();
    const own = await startGrants(first);
    expect((await own.redeem(await own.assert())).status).toBe(200);
    const old = await own.assert();
    await first.close();
    const second = await startOAuthServer(first.port);
    const fresh = await second.sign(own.goodClaims(), { typ: "oauth-id-jag+jwt" });
    expect((await own.redeem(fresh)).status).toBe(200);
    expect((await own.redeem(old)).body.error_description).toBe(
      "The assertion is signed with a key that is not the issuer's",
    );
    own.close();
    await second.close();
  });

  it("that is unreachable causes a 502, and the assertion can be tried again", async () => {
    const gone = await startOAuthServer();
    const own = await startGrants(gone);
    const assertion = await own.assert();
    await gone.close();
    const got = await own.redeem(assertion);
    expect(got.status).toBe(502);
    expect(got.headers.get("retry-after")).toBe("5");
    expect(got.body.error).toBe("temporarily_unavailable");
    const back = await startOAuthServer(gone.port);
    const fresh = await back.sign(own.goodClaims(), { typ: "oauth-id-jag+jwt" });
    expect((await own.redeem(fresh)).status).toBe(200);
    own.close();
    await back.close();
  });

  it("is not contacted for an unknown client", async () => {
    const own = await startGrants(oauth);
    const before = oauth.requests.length;
    await own.redeem(await own.assert(), {}, basic("claude-code", `${SECRET}x`));
    expect(oauth.requests.length).toBe(before);
    own.close();
  });
});
