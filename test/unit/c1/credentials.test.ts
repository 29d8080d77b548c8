import { decodeProtectedHeader, importJWK, jwtVerify } from "jose";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseSecretKey } from "../../../src/c1/auth/client-assertion.ts";
import { createTransport } from "../../../src/c1/transport.ts";
import { systemClock } from "../../../src/clock.ts";
import type { Credential } from "../../../src/config/credential.ts";
import { Failure } from "../../../src/errors.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createKeyPair } from "../../../src/sandbox/auth/key-pair.ts";
import {
  call,
  connect,
  failureOf,
  json,
  mint,
  type Respond,
  raw,
  type Stub,
  startStub,
} from "./stub-tenant.ts";

const silent = pino({ enabled: false });
const CLIENT_ID = "clever-fox@acme.conductor.one/spc";
const pair = createKeyPair();
const { privateJwk } = pair;
const publicJwk = pair.publicKey.export({ format: "jwk" });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const SECRET = `secret-token:conductorone.com:v1:${encode(privateJwk)}`;

let stub: Stub;
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  stub = await startStub(json(200, { app: { id: "a10000000000000000000000000" } }));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
  await stub.close();
});

function open(credential: Credential) {
  const { c1 } = connect(stub.url, { credential });
  opened.push(c1);
  return () => c1.apps.get("a10000000000000000000000000", call());
}
const withSecret = (secret: string) =>
  open({ kind: "client_credentials", clientId: CLIENT_ID, clientSecret: async () => secret });
const forms = () => stub.mints.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

describe("parseSecretKey", () => {
  it("finds the key", () => {
    expect(parseSecretKey(SECRET)).toEqual(privateJwk);
  });

  it.each([
    ["no prefix", encode(privateJwk)],
    ["another version", SECRET.replace("v1", "v2")],
    ["no version", SECRET.replace("v1:", "")],
    ["another issuer", SECRET.replace("conductorone.com", "other")],
    ["a part too many", `${SECRET}:x`],
    ["a cut key", SECRET.slice(0, -20)],
    ["a public key", `secret-token:conductorone.com:v1:${encode(publicJwk)}`],
    ["another curve", `secret-token:conductorone.com:v1:${encode({ ...privateJwk, crv: "X25519" })}`],
    ["nothing", ""],
  ])("finds no key in a secret with %s", (_what, secret) => {
    expect(parseSecretKey(secret)).toBeUndefined();
  });
});

describe("client credentials", () => {
  it("with a key: sends a signed assertion", async () => {
    await withSecret(`${SECRET}\n`)();
    const [form] = forms();
    expect(form).toEqual({
      grant_type: "client_credentials",
      client_id: CLIENT_ID,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: expect.any(String),
    });
    expect(stub.mints[0]?.headers).toMatchObject({
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    });
    expect(stub.mints[0]?.headers.authorization).toBeUndefined();
    const assertion = form?.client_assertion ?? "";
    expect(decodeProtectedHeader(assertion)).toEqual({
      alg: "EdDSA",
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const { payload } = await jwtVerify(assertion, await importJWK(publicJwk, "EdDSA"));
    const now = Math.floor(Date.now() / 1000);
    const issuedAt = payload.iat ?? 0;
    expect(Math.abs(issuedAt - now)).toBeLessThan(10);
    expect(payload).toEqual({
      iss: CLIENT_ID,
      sub: CLIENT_ID,
      aud: ["127.0.0.1"],
      iat: issuedAt,
      nbf: issuedAt - 120,
      exp: issuedAt + 120,
    });
  });

  it("without a key: sends the secret in the body", async () => {
    await withSecret("plain-secret")();
    expect(forms()).toEqual([
      { grant_type: "client_credentials", client_id: CLIENT_ID, client_secret: "plain-secret" },
    ]);
  });

  it("reads a changing secret anew for each mint", async () => {
    let secret = "first-secret";
    const read = open({ kind: "client_credentials", clientId: CLIENT_ID, clientSecret: async () => secret });
    stub.respondToMint = json(400, { error: "invalid_client" });
    await failureOf(read());
    secret = "second-secret";
    stub.respondToMint = mint("t");
    await read();
    expect(forms().map((form) => form.client_secret)).toEqual(["first-secret", "second-secret"]);
  });
});

describe("a damaged secret", () => {
  const { d = "", x = "" } = privateJwk;
  const other = createKeyPair().privateJwk;
  const damaged = (jwk: object) => `secret-token:conductorone.com:v1:${encode({ ...privateJwk, ...jwk })}`;
  const swapFirst = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);

  it.each<readonly [string, string, RegExp]>([
    ["one character of d changed", damaged({ d: swapFirst(d) }), /is damaged/],
    ["one character of x changed", damaged({ x: swapFirst(x) }), /is damaged/],
    ["d cut", damaged({ d: d.slice(0, -4) }), /is damaged/],
    ["x of another key", damaged({ x: other.x }), /is damaged/],
    ["no d", damaged({ d: undefined }), /only the public half/],
    ["another curve", damaged({ crv: "X25519" }), /wrong kind \(OKP X25519\)/],
    ["a curve that does not exist", damaged({ crv: "Ed25518" }), /wrong kind \(OKP Ed25518\)/],
    ["its end cut off", SECRET.slice(0, -40), /is cut off: it ends after \d+ characters/],
    ["its beginning cut off", SECRET.slice(10), /lacks its beginning/],
    ["quotation marks", `"${SECRET}"`, /stands in quotation marks/],
    ["curly quotation marks", `\u201c${SECRET}\u201d`, /stands in quotation marks/],
    ["one of them", `\u2018${SECRET}`, /stands in quotation marks/],
    ["quotation marks around another one", "\u201ehunter22hunter22\u201c", /stands in quotation marks/],
    ["the client id", CLIENT_ID, /id and secret are swapped/],
  ])("with %s: is reported before anything is sent, without showing any of it", async (_what, secret, said) => {
    const failure = await failureOf(withSecret(secret)());
    expect(failure).toMatchObject({ code: "not_configured", changed: "no", reason: "bad_credential" });
    expect(failure.message).toMatch(/^CONDUCTORONE_CLIENT_SECRET /);
    expect(failure.message).toMatch(said);
    expect(failure.next).toMatch(
      /quotation/.test(said.source)
        ? /^Remove the quotation marks around the secret\.$/
        : /Copy the secret whole|Exchange the two values/,
    );
    expect([stub.mints.length, stub.api.length]).toEqual([0, 0]);
    const shown = failure.message + failure.next;
    for (const part of [d.slice(4, 20), secret.slice(40, 60)].filter(Boolean))
      expect(shown).not.toContain(part);
  });

  it("in an unknown form is sent, and judged once C1 has refused it", async () => {
    stub.respondToMint = json(401, { error: "invalid_client" });
    const failure = await failureOf(withSecret("hunter22hunter22")());
    expect(failure).toMatchObject({ code: "not_authenticated", status: 401, reason: "cause_named" });
    expect(failure.message).toContain("does not look like a client secret of C1 (16 characters)");
    expect(failure.next).toMatch(/^Copy the secret whole/);
    expect(stub.mints).toHaveLength(1);
  });
});

describe("a refusal with a reason", () => {
  it.each<readonly [string, RegExp, RegExp]>([
    [
      "unknown client",
      /By C1's words, the tenant knows no such client/,
      /Check CONDUCTORONE_CLIENT_ID letter/,
    ],
    ["client is revoked", /revoked or disabled/, /Make a new credential/],
    ["the credential has expired", /it has expired/, /Make a new credential/],
    ["source ip not in allow list", /from this IP address/, /allowed IP ranges/],
    ["bad signature", /does not belong to this client id/, /one and the same credential/],
    ["client assertion: expired", /this machine's clock/, /Set the clock/],
  ])("%s", async (description, cause, fix) => {
    stub.respondToMint = json(401, { error: "invalid_client", error_description: description });
    const failure = await failureOf(withSecret(SECRET)());
    const reason = description.startsWith("client assertion") ? "wrong_clock" : "cause_named";
    expect(failure).toMatchObject({ code: "not_authenticated", status: 401, reason });
    expect(failure.message).toContain(`(invalid_client: ${description})`);
    expect(failure.message).toMatch(cause);
    expect(failure.next).toMatch(fix);
  });

  it("names the credential and not a variable, on a server with several", async () => {
    stub.respondToMint = json(401, { error: "invalid_client", error_description: "unknown client" });
    const credential = {
      kind: "client_credentials",
      clientId: CLIENT_ID,
      clientSecret: async () => SECRET,
    } as const;
    const { c1 } = connect(stub.url, { credential, name: "identity-team" });
    opened.push(c1);
    const failure = await failureOf(c1.apps.get("a10000000000000000000000000", call()));
    expect(failure.next).toMatch(/^Check the client id of the credential identity-team letter by letter/);
  });

  it.each([
    ["my-claude-key", "unknown client", /Check CONDUCTORONE_CLIENT_ID letter by letter/],
    ["clever-fox-12345@acme.test", "unknown client", /Check CONDUCTORONE_CLIENT_ID letter by letter/],
    ["clever-fox-12345@acme.test", "no", /Check the C1 credential/],
  ])("says of the client id %s that it lacks a part, too", async (clientId, description, fix) => {
    stub.respondToMint = json(401, { error: "invalid_client", error_description: description });
    const mint = open({ kind: "client_credentials", clientId, clientSecret: async () => SECRET });
    const failure = await failureOf(mint());
    expect(failure.message).toMatch(
      /^CONDUCTORONE_CLIENT_ID (?:is an e-mail address, or lacks its end: an id is|is not) of the form name@tenant-host\/pcc \(or \/spc, \/wfe\)\. .* refused to issue/,
    );
    expect(failure.next).toMatch(/^Copy the client id whole from C1 first\. /);
    expect(failure.next).toMatch(fix);
    expect(failure).toMatchObject({ code: "not_authenticated", reason: "cause_named" });
    expect(stub.mints).toHaveLength(1);
  });
});

it.each([
  ["unknown client", /Check CONDUCTORONE_CLIENT_ID letter by letter/],
  ["no", /Check the C1 credential/],
])("a refused client id with an ending of its own (%s): names the ending, too", async (description, fix) => {
  stub.respondToMint = json(401, { error: "invalid_client", error_description: description });
  const clientId = "clever-fox-12345@acme.test/spx";
  const failure = await failureOf(
    open({ kind: "client_credentials", clientId, clientSecret: async () => SECRET })(),
  );
  expect(failure.message).toMatch(
    /^CONDUCTORONE_CLIENT_ID ends in \/spx; with this kind of credential C1's ids end in \/pcc or \/spc\. .* refused to issue/,
  );
  expect(failure.next).toMatch(/^Copy the client id whole from C1 first\. /);
  expect(failure.next).toMatch(fix);
});

describe("an endpoint that does not accept assertions", () => {
  const onlySecrets =
    (refusal: object): Respond =>
    (response, seen, count) =>
      (seen.body.includes("client_assertion")
        ? json(400, refusal)
        : mint(`t${count}`, { expires_in: 0.001 }))(response, seen, count);

  it.each([
    { error: "unsupported_grant_type" },
    { error: "unauthorized_client" },
    { error: "invalid_request", error_description: "client assertions are not supported" },
    { error: "invalid_client", error_description: "authentication method private_key_jwt unsupported" },
  ])("gets the secret instead, from then on: %j", async (refusal) => {
    stub.respondToMint = onlySecrets(refusal);
    const read = withSecret(SECRET);
    await read();
    expect(forms().map((form) => form.client_secret)).toEqual([undefined, SECRET]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await read();
    expect(forms().map((form) => form.client_secret)).toEqual([undefined, SECRET, SECRET]);
  });

  /** A client of the stub under another name. */
  function openAt(host: string, clientSecret: string, named = host) {
    const { redactor, logger, clock } = { redactor: createRedactor(), logger: silent, clock: systemClock };
    const made = createTransport({ serverUrl: stub.url, maxResponseBytes: 1e6, redactor, logger, clock });
    const credential = {
      kind: "client_credentials",
      clientId: `clever-fox@${named}/spc`,
      clientSecret: async () => clientSecret,
    } as const;
    const { c1 } = connect(stub.url, { credential, transport: { ...made, host } });
    opened.push(c1, made);
    return () => c1.apps.get("a10000000000000000000000000", call());
  }

  it.each([
    "mail.example",
    "acme.conductor.one.example",
    "acmeconductor.one",
    "conductor.one",
    "mail.example:8443",
  ])("does not get the secret at %s, which only the client id names", async (host) => {
    stub.respondToMint = json(400, { error: "unsupported_grant_type" });
    const failure = await failureOf(openAt(host, SECRET)());
    expect(failure).toMatchObject({ code: "not_authenticated", changed: "no", reason: "cause_named" });
    expect(failure.message).toContain(
      "The secret itself is not sent there: CONDUCTORONE_CLIENT_ID names that host, and it is none of C1's own.",
    );
    expect(failure.next).toMatch(/^Copy the client id whole from C1/);
    const bare = await failureOf(openAt(host, "hunter22hunter22")());
    expect(bare).toMatchObject({ code: "not_configured", changed: "no", reason: "bad_credential" });
    expect(forms().map((form) => form.client_secret)).toEqual([undefined]);
  });

  it.each([
    ["acme.conductor.one", undefined],
    ["acme.c1eu.ai", "acme.c1eu.ai"],
    ["c1.acme.example", "acme.conductor.one"],
  ])("gets the secret at %s (the client id names: %s)", async (host, named) => {
    stub.respondToMint = onlySecrets({ error: "unsupported_grant_type" });
    await openAt(host, SECRET, named)();
    expect(forms().map((form) => form.client_secret)).toEqual([undefined, SECRET]);
  });

  it("does not get a second attempt from a refused client", async () => {
    stub.respondToMint = json(401, { error: "invalid_client", error_description: "no, thank you" });
    const failure = await failureOf(withSecret(SECRET)());
    expect(failure).toMatchObject({ code: "not_authenticated", changed: "no", status: 401 });
    expect(failure.reason).toBeUndefined();
    expect(failure.message).toContain("invalid_client: no, thank you");
    expect(failure.next).toMatch(/expired, revoked or not allowed from this IP address/);
    expect(stub.mints).toHaveLength(1);
  });
});

describe("DPoP", () => {
  it.each<[string, Respond]>([
    ["a challenge", json(400, { error: "use_dpop_nonce" }, { "dpop-nonce": "n" })],
    ["a demand", json(400, { error: "invalid_request", error_description: "DPoP proof required" })],
    ["a bound token", mint("t", { token_type: "DPoP" })],
  ])("is recognised by %s and explained", async (_what, respond) => {
    stub.respondToMint = respond;
    const failure = await failureOf(withSecret(SECRET)());
    expect(failure).toMatchObject({ code: "not_authenticated", changed: "no" });
    expect(failure.next).toMatch(/DPoP.*does not support/);
    expect([stub.mints.length, stub.api.length]).toEqual([1, 0]);
  });

  it.each([
    ["a secret", "my-dpop-secret"],
    ["something random", "eyJkcG9wdPoPfQ"],
  ])("is not recognised in %s that the tenant quotes", async (_what, quoted) => {
    stub.respondToMint = json(401, { error: "invalid_client", error_description: `cannot read ${quoted}` });
    const failure = await failureOf(withSecret("my-dpop-secret")());
    expect(failure.next).toMatch(/^Copy the secret whole/);
    expect(failure.reason).toBe("cause_named");
  });
});

describe("token exchange", () => {
  it("exchanges the JWT, read anew for each mint", async () => {
    let jwt = "first.jwt.text";
    const read = open({
      kind: "token_exchange",
      clientId: "x@acme.conductor.one/wfe",
      subjectToken: async () => jwt,
    });
    stub.respondToMint = json(400, { error: "invalid_grant" });
    const failure = await failureOf(read());
    expect(failure.next).toMatch(/10 minutes old/);
    jwt = "second.jwt.text";
    stub.respondToMint = mint("t");
    await read();
    expect(forms()[1]).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: "second.jwt.text",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      client_id: "x@acme.conductor.one/wfe",
    });
    expect(stub.api[0]?.headers.authorization).toBe("Bearer t");
  });
});

describe("a fixed access token", () => {
  it("is read anew for each request and trimmed", async () => {
    let token = " one\n";
    const read = open({ kind: "access_token", token: async () => token });
    await read();
    token = "two";
    await read();
    expect(stub.api.map(({ headers }) => headers.authorization)).toEqual(["Bearer one", "Bearer two"]);
    expect(stub.mints).toHaveLength(0);
  });

  it.each(["", "two words", "line\nbreak"])("is refused locally if it is not a token: %j", async (token) => {
    const failure = await failureOf(open({ kind: "access_token", token: async () => token })());
    expect(failure).toMatchObject({ code: "not_configured", changed: "no", reason: "bad_credential" });
    expect(stub.api).toHaveLength(0);
  });
});

it.each<[Credential["kind"], (secret: () => Promise<string>) => Credential]>([
  ["access_token", (token) => ({ kind: "access_token", token })],
  [
    "client_credentials",
    (clientSecret) => ({ kind: "client_credentials", clientId: CLIENT_ID, clientSecret }),
  ],
  ["token_exchange", (subjectToken) => ({ kind: "token_exchange", clientId: CLIENT_ID, subjectToken })],
])("%s: the credential is to blame for a file that cannot be read, not for one that hangs", async (_kind, make) => {
  for (const [code, reason] of [
    ["not_configured", "bad_credential"],
    ["unavailable", undefined],
  ] as const) {
    const failure = await failureOf(open(make(() => Promise.reject(new Failure(code, "No."))))());
    expect(failure).toMatchObject({ code, message: "No.", reason });
  }
});

describe("responses of the token endpoint", () => {
  it.each<[string, Respond, string, number]>([
    ["HTTP 500", raw(500, "<html>"), "unavailable", 1],
    ["HTTP 503", raw(503, "<html>"), "unavailable", 5],
    ["HTTP 429 with a long wait", raw(429, "", { "retry-after": "600" }), "rate_limited", 1],
    ["HTTP 404", raw(404, "<html>"), "unavailable", 1],
    ["a redirect", raw(302, "", { location: "https://elsewhere.test/" }), "unavailable", 1],
    ["HTML", raw(200, "<html>"), "unavailable", 1],
    ["no token", json(200, { token_type: "Bearer" }), "unavailable", 1],
    ["a token with a line break", mint("a\nb"), "unavailable", 1],
    ["the API's own error", json(403, { code: 7, message: "ip not allowed" }), "not_authenticated", 1],
    ["a bare 401", raw(401, ""), "not_authenticated", 1],
    ["HTTP 400 that is not OAuth", raw(400, "<html>"), "unavailable", 1],
    ["a connection that breaks", (response) => void response.socket?.destroy(), "unavailable", 5],
  ])("%s", async (_what, respond, code, tries) => {
    stub.respondToMint = respond;
    const failure = await failureOf(withSecret("plain-secret")());
    expect(failure).toMatchObject({ code, changed: "no" });
    expect(failure.message).not.toContain("<html>");
    expect(stub.mints).toHaveLength(tries);
    expect(stub.api).toHaveLength(0);
  });
  it("none at all is told as what this server could not do", async () => {
    stub.respondToMint = (response) => void response.socket?.destroy();
    const { message } = await failureOf(withSecret("plain-secret")());
    expect(message).toMatch(/^Could not get an access token from C1: the connection to .* broke off/);
  });
});
