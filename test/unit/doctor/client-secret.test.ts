import { describe, expect, it } from "vitest";
import { checkClientSecret } from "../../../src/doctor/client-secret.ts";
import { createKeyPair } from "../../../src/sandbox/auth/key-pair.ts";

const PREFIX = "secret-token:conductorone.com:v1:";
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwk = createKeyPair().privateJwk;
const rsa = { kty: "RSA", n: "canary", e: "AQAB", d: "canary" };
const WHOLE = PREFIX + encode(jwk);
const JWT = `${encode({ alg: "none" })}.${encode({ sub: "canary" })}.c2ln`;

describe("the form of a client secret", () => {
  it("is valid for a complete secret", () => {
    expect(checkClientSecret(WHOLE)).toEqual({ result: "ok", detail: expect.stringContaining("Ed25519") });
  });

  it.each<readonly [string, string, RegExp]>([
    ["cut off in the key", WHOLE.slice(0, -20), /is cut off: it ends after \d+ characters/],
    [
      "cut off in the middle of four letters",
      WHOLE.slice(0, -21),
      /is cut off: it ends after \d+ characters/,
    ],
    [
      "complete but changed",
      `${WHOLE.slice(0, -30)}AAAA${WHOLE.slice(-26)}`,
      /is damaged: the key in it cannot be read/,
    ],
    ["cut off behind the prefix", PREFIX, /is cut off/],
    ["cut off in the prefix", PREFIX.slice(0, 20), /is cut off: it ends before the key/],
    ["without its beginning", WHOLE.slice(PREFIX.length), /lacks its beginning/],
    ["with a part of its beginning", WHOLE.slice("secret-token:".length), /lacks its beginning/],
    ["of another version", WHOLE.replace(":v1:", ":v2:"), /of a version/],
    ["of another issuer", WHOLE.replace("conductorone.com", "example.com"), /not of C1/],
    ["an RSA key", PREFIX + encode(rsa), /wrong kind \(RSA\): C1 uses Ed25519/],
    ["another curve", PREFIX + encode({ ...jwk, crv: "X25519" }), /wrong kind \(OKP X25519\)/],
    ["a public key", PREFIX + encode({ ...jwk, d: undefined }), /only the public half/],
    ["a key that does not fit together", PREFIX + encode({ ...jwk, x: jwk.d }), /is damaged/],
    ["letters that do not belong", `${WHOLE.slice(0, -5)}%20%20`, /characters that no secret has/],
    ["no JSON at all", `${PREFIX}AAAAAAAA`, /does not hold a key/],
    ["a client id", "clever-otter@acme.conductor.one/spc", /holds a client id: id and secret are swapped/],
    ["a JWT", JWT, /holds a token \(a JWT\)/],
    ["a PEM key", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END", /PEM key/],
    ["in quotation marks", `"${WHOLE}"`, /quotation marks/],
    ["with a word before it", `export ${WHOLE}`, /blanks or line breaks/],
    ["of another product", "canary-00a1b2c3d4e5f6-okta", /a secret of another kind/],
    ["one letter", "x", / \(1 character\): it is a secret of another kind/],
  ])("%s", (_name, secret, what) => {
    const finding = checkClientSecret(secret);
    expect(finding.result).toBe("fail");
    expect(finding.detail).toMatch(what);
    expect(finding.detail).toContain("CONDUCTORONE_CLIENT_SECRET");
    expect(finding.fix).toBeTruthy();
    const text = finding.detail + finding.fix;
    expect(text).not.toContain("\n");
    expect(text).not.toContain("canary");
    expect(text).not.toContain(jwk.d);
  });
});
