import { describe, expect, it } from "vitest";
import type { Caller, CallerIdentity, ClientIdentity, UserIdentity } from "../../../src/caller.ts";
import type { CredentialEntry, Rule } from "../../../src/credentials/entry.ts";
import { findEntry, findUnproven } from "../../../src/credentials/find-entry.ts";

const ISSUER = "https://login.acme.example";

const entry = (name: string, ...rules: Rule[]): CredentialEntry => ({
  name,
  rules,
  credential: { kind: "access_token", clientId: undefined, field: "accessTokenFile", path: "/t" },
});
const user = (claims: Record<string, unknown> = {}, changes: Partial<UserIdentity> = {}): UserIdentity => ({
  kind: "user",
  issuer: ISSUER,
  subject: "00u1",
  claims,
  ...changes,
});
const client = (changes: Partial<ClientIdentity> = {}): ClientIdentity => ({
  kind: "client",
  issuer: ISSUER,
  clientId: "ci-bot",
  claims: {},
  ...changes,
});
const callerOf = (identity: CallerIdentity | undefined): Caller => ({
  name: "whoever",
  scopes: [],
  identity,
});

/** Whether a single rule matches a caller. */
const names = (rule: Rule, identity: CallerIdentity | undefined): boolean =>
  findEntry({ entries: [entry("it", rule)], byDefault: undefined }, callerOf(identity)) !== undefined;

describe("the order of entries", () => {
  const entries = [
    entry("one", { by: "subject", issuer: ISSUER, subject: "00u1" }),
    entry("two", { by: "claim", issuer: ISSUER, claim: "groups", value: "it" }),
    entry("three", { by: "token", place: "token-1" }),
  ];
  const other = entry("other");
  const find = (identity: CallerIdentity | undefined, byDefault?: CredentialEntry) =>
    findEntry({ entries, byDefault }, callerOf(identity))?.name;

  it("the first entry that matches the caller counts", () => {
    expect(find(user({ groups: ["it"] }))).toBe("one");
    expect(find(user({ groups: ["it"] }, { subject: "00u2" }))).toBe("two");
    expect(find({ kind: "token", place: "token-1" })).toBe("three");
  });

  it("falls back to the default, or to no entry", () => {
    const stranger = user({}, { subject: "00u9" });
    expect(find(stranger)).toBeUndefined();
    expect(find(stranger, other)).toBe("other");
    expect(find(undefined)).toBeUndefined();
    expect(find(undefined, other)).toBe("other");
    expect(findEntry({ entries, byDefault: undefined }, undefined)).toBeUndefined();
  });
});

describe("an address that the token does not call verified", () => {
  const entries = [
    entry("one", { by: "email", issuer: ISSUER, email: "Sam.Lee@acme.example", unstated: false }),
    entry("two", { by: "claim", issuer: ISSUER, claim: "groups", value: "it" }),
  ];
  const find = (identity: CallerIdentity | undefined) => findUnproven({ entries }, callerOf(identity))?.name;
  const email = "sam.lee@ACME.example";

  it.each<[string, CallerIdentity | undefined, string | undefined]>([
    ["not verified", user({ email, email_verified: false }), "one"],
    ["not said to be verified", user({ email }, { email }), "one"],
    ["not verified, of somebody whom a later entry serves", user({ email, groups: "it" }), "one"],
    ["verified", user({ email, email_verified: true }, { email }), undefined],
    ["another one", user({ email: "sam@acme.example" }), undefined],
    ["of another issuer", user({ email }, { issuer: "https://login.evil.example" }), undefined],
    ["no text", user({ email: [email] }), undefined],
    ["that of a client", client({ claims: { email } }), undefined],
    ["nobody's", undefined, undefined],
  ])("%s", (_what, identity, expected) => expect(find(identity)).toBe(expected));

  it("does not matter to whom an earlier entry serves", () => {
    expect(
      findUnproven({ entries: entries.toReversed() }, callerOf(user({ email, groups: "it" }))),
    ).toBeUndefined();
  });
});

describe("a subject", () => {
  const rule: Rule = { by: "subject", issuer: ISSUER, subject: "00u1" };

  it.each<[string, CallerIdentity, boolean]>([
    ["its own", user(), true],
    ["the same of another issuer", user({}, { issuer: "https://login.evil.example" }), false],
    ["the same of the issuer with a slash", user({}, { issuer: `${ISSUER}/` }), false],
    ["another case", user({}, { subject: "00U1" }), false],
    ["a blank around it", user({}, { subject: " 00u1" }), false],
    ["a claim that says so", user({ sub: "00u1", iss: ISSUER }, { subject: "00u2" }), false],
    ["a client of that name", client({ clientId: "00u1" }), false],
    ["a static token of that name", { kind: "token", place: "00u1" }, false],
  ])("%s", (_what, identity, is) => {
    expect(names(rule, identity)).toBe(is);
  });
});

describe("a client", () => {
  const rule: Rule = { by: "client", issuer: ISSUER, client: "ci-bot" };

  it.each<[string, CallerIdentity, boolean]>([
    ["that speaks for itself", client(), true],
    ["of another issuer", client({ issuer: "https://login.evil.example" }), false],
    ["that a user comes through", user({ client_id: "ci-bot" }, { clientId: "ci-bot" }), false],
    ["that a user is named as", user({}, { subject: "ci-bot" }), false],
  ])("%s", (_what, identity, is) => {
    expect(names(rule, identity)).toBe(is);
  });
});

describe("a static token", () => {
  it.each<[string, CallerIdentity | undefined, boolean]>([
    ["its own", { kind: "token", place: "token-1" }, true],
    ["another", { kind: "token", place: "token-11" }, false],
    ["a user who is named so", user({}, { subject: "token-1" }), false],
    ["a client that is named so", client({ clientId: "token-1" }), false],
    ["nobody", undefined, false],
  ])("%s", (_what, identity, is) => {
    expect(names({ by: "token", place: "token-1" }, identity)).toBe(is);
  });
});

describe("an e-mail address", () => {
  const rule = (email: string, unstated = false): Rule => ({ by: "email", issuer: ISSUER, email, unstated });
  const holder = (email: string, claims: Record<string, unknown> = { email_verified: true }) =>
    user({ email, ...claims }, { email });

  it.each<[string, string, boolean]>([
    ["as it is written", "kate@acme.example", true],
    ["in another case", "Kate@ACME.example", true],
    ["with the Kelvin sign, which Unicode folds to a k", "\u212aate@acme.example", false],
    ["with a Cyrillic a", "k\u0430te@acme.example", false],
    ["in full width", "\uff4bate@acme.example", false],
    ["decomposed, with an accent that does not show", "kate\u0301@acme.example", false],
    ["with a soft hyphen", "ka\u00adte@acme.example", false],
    ["with a blank", "kate@acme.example ", false],
    ["with a zero-width joiner", "kate\u200d@acme.example", false],
    ["with a tag", "kate+admin@acme.example", false],
    ["with a dot", "ka.te@acme.example", false],
    ["with a name", "Kate <kate@acme.example>", false],
    ["of a longer domain", "kate@acme.example.evil.example", false],
    ["twice", "kate@acme.example,kate@acme.example", false],
    ["none", "", false],
  ])("%s", (_what, email, is) => {
    expect(names(rule("kate@acme.example"), holder(email))).toBe(is);
    expect(names(rule("KATE@acme.example"), holder(email))).toBe(is);
  });

  it("does not match Unicode's dotted and dotless i", () => {
    for (const email of ["\u0131van@acme.example", "\u0130van@acme.example"])
      expect(names(rule("ivan@acme.example"), holder(email))).toBe(false);
  });

  it.each<[unknown, strict: boolean, byIssuer: boolean]>([
    [true, true, true],
    ["true", true, true],
    [undefined, false, true],
    [false, false, false],
    ["false", false, false],
    ["yes", false, false],
    [1, false, false],
    [null, false, false],
    [[true], false, false],
  ])("with email_verified %j", (email_verified, strict, byIssuer) => {
    const claims = email_verified === undefined ? {} : { email_verified };
    const person = holder("kate@acme.example", claims);
    expect(names(rule("kate@acme.example"), person)).toBe(strict);
    expect(names(rule("kate@acme.example", true), person)).toBe(byIssuer);
  });

  it("counts only with its issuer, and only for people", () => {
    const own = rule("kate@acme.example");
    const verified = { email_verified: true };
    expect(names(own, user(verified, { email: "kate@acme.example", issuer: "https://x.example" }))).toBe(
      false,
    );
    expect(names(own, client({ email: "kate@acme.example", claims: verified }))).toBe(false);
    // The front omits an address that its issuer calls unverified.
    expect(names(rule("kate@acme.example", true), user({ email: "kate@acme.example" }))).toBe(false);
  });

  it("is not verified by an inherited property", () => {
    const claims = Object.create({ email_verified: true }) as Record<string, unknown>;
    expect(names(rule("kate@acme.example"), user(claims, { email: "kate@acme.example" }))).toBe(false);
  });
});

describe("a claim", () => {
  const rule = (claim: string, value = "it"): Rule => ({ by: "claim", issuer: ISSUER, claim, value });
  const huge = Array.from({ length: 200_000 }, (_, index) => `group-${index}`);

  it.each<[string, unknown, boolean]>([
    ["a text", "it", true],
    ["a list", ["sales", "it"], true],
    ["a huge list that has it last", [...huge, "it"], true],
    ["a huge list without it", huge, false],
    ["an empty list", [], false],
    ["another case", "IT", false],
    ["several in one text", "sales it", false],
    ["several with commas", "sales,it", false],
    ["a part of a word", ["it-admins"], false],
    ["a list in a list", [["it"]], false],
    ["an object", { it: true }, false],
    ["an object that is a text to some", { toString: () => "it" }, false],
    ["null", null, false],
  ])("that is %s", (_what, groups, is) => {
    expect(names(rule("groups"), user({ groups }))).toBe(is);
    expect(names(rule("groups"), client({ claims: { groups } }))).toBe(is);
  });

  it("from another issuer does not count", () => {
    expect(names(rule("groups"), user({ groups: "it" }, { issuer: "https://x.example" }))).toBe(false);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("may be named %s", (name) => {
    expect(names(rule(name), user({}))).toBe(false);
    const own = JSON.parse(`{"${name}": "it"}`) as Record<string, unknown>;
    expect(names(rule(name), user(own))).toBe(true);
    // Nor does a name that every object inherits.
    const inherited = Object.create({ [name]: "it" }) as Record<string, unknown>;
    expect(names(rule(name), user(inherited))).toBe(false);
    // Nor does a claim of that name add others.
    const nested = JSON.parse(`{"${name}": {"groups": "it"}}`) as Record<string, unknown>;
    expect(names(rule("groups"), user(nested))).toBe(false);
  });
});
