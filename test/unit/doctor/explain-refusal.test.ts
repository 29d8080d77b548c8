import { describe, expect, it } from "vitest";
import { DPOP_REQUIRED } from "../../../src/c1/problem.ts";
import type { Credential } from "../../../src/config/credential.ts";
import { checkClock } from "../../../src/doctor/clock-skew.ts";
import { explainRefusal } from "../../../src/doctor/explain-refusal.ts";
import { Failure } from "../../../src/errors.ts";

const IDS: Credential = { kind: "client_credentials", clientId: "a@b.c/spc", clientSecret: async () => "x" };
const TOKEN: Credential = { kind: "access_token", token: async () => "x" };
const NOW = Date.parse("2026-01-02T03:04:05Z");

describe("clock skew", () => {
  it.each<readonly [number, Credential, string, RegExp]>([
    [0, IDS, "ok", /within 1 s/],
    [30, IDS, "ok", /within 30 s/],
    [31, IDS, "warn", /31 s ahead of/],
    [-31, IDS, "warn", /31 s behind/],
    [100, IDS, "warn", /100 s ahead of/],
    [101, IDS, "fail", /101 s ahead of .* only within 2 min/],
    [-600, IDS, "fail", /10 min behind/],
    [-600, TOKEN, "warn", /10 min behind the tenant's$/],
    [90_000, IDS, "fail", /25 h ahead of/],
  ])("of %d s", (off, credential, result, detail) => {
    const arrival = { date: new Date(NOW).toUTCString(), at: NOW + off * 1000 + 500 };
    const { findings, value } = checkClock(arrival, credential);
    expect(findings[0]).toMatchObject({ result, detail: expect.stringMatching(detail) });
    expect(findings[0]?.fix !== undefined).toBe(result !== "ok");
    expect(value).toEqual({ seconds: off });
  });

  it.each([undefined, "", "yesterday"])("cannot be judged from the date %j", (date) => {
    expect(checkClock({ date, at: NOW }, IDS)).toMatchObject({ findings: [{ result: "warn" }] });
  });
});

describe("why a token was refused", () => {
  const refused = (said: string) =>
    new Failure("not_authenticated", `acme refused to issue an access token for this credential (${said}).`, {
      status: 401,
      quote: said,
      next: "Check.",
    });
  const seen = (words: string, flow: "signed assertion" | "secret in the body" = "signed assertion") => ({
    flow,
    words,
    issued: false,
  });

  it.each([
    ["invalid_client client is revoked", /revoked or disabled/, /new credential/],
    ["invalid_client credential has expired", /has expired/, /new credential/],
    ["access_denied source ip not in allow list", /from this IP address/, /allowed IP ranges/],
    ["invalid_client unknown client", /knows no such client/, /letter by letter/],
    ["invalid_client signature verification failed", /does not belong to this client id/, /one and the same/],
    ["invalid_client client assertion: expired", /this machine's clock/, /NTP/],
    ["invalid_grant assertion nbf is in the future", /this machine's clock/, /NTP/],
    ["invalid_client", /without saying why: it expired, was revoked, or may not be used/, /new credential/],
    ["", /without saying why/, /new credential/],
  ])("%j", (words, cause, fix) => {
    const finding = explainRefusal(refused(words), seen(words), undefined);
    expect(finding).toMatchObject({
      result: "fail",
      detail: expect.stringMatching(cause),
      fix: expect.stringMatching(fix),
    });
  });

  it("a wrong clock is the likelier cause, whatever the wording, unless nothing is signed", () => {
    const off = { seconds: -600 };
    expect(explainRefusal(refused("invalid_client"), seen("invalid_client"), off).detail).toMatch(
      /10 min off/,
    );
    const bySecret = seen("client is revoked", "secret in the body");
    expect(explainRefusal(refused("revoked"), bySecret, off).detail).toMatch(/revoked/);
  });

  it("DPoP is recognised, and other failures keep their wording", () => {
    const dpop = new Failure("not_authenticated", "No plain token.", DPOP_REQUIRED);
    expect(explainRefusal(dpop, seen("use_dpop_nonce"), undefined)).toMatchObject({
      detail: expect.stringContaining("DPoP"),
      fix: expect.stringContaining("does not require DPoP"),
    });
    const away = new Failure("unavailable", "It is away.", { next: "Wait." });
    expect(explainRefusal(away, undefined, { seconds: 600 })).toEqual({
      result: "fail",
      detail: "It is away.",
      fix: "Wait.",
    });
  });
});
