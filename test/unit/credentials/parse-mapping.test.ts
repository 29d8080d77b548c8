import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeFault } from "../../../src/credentials/fault.ts";
import { parseMapping } from "../../../src/credentials/parse-mapping.ts";

const ISSUER = "https://login.acme.example";
const ANNA = {
  name: "anna",
  callers: [{ issuer: ISSUER, subject: "00u1" }],
  clientId: "brave-fox@acme.conductor.one/pcc",
  clientSecretFile: "anna_secret",
};
const GOOD = { entries: [ANNA], default: "refuse" };

const parse = (file: unknown) =>
  parseMapping(typeof file === "string" ? file : JSON.stringify(file), "/etc/c1");
function faultsIn(file: unknown): string[] {
  const parsed = parse(file);
  return "faults" in parsed ? parsed.faults.map(describeFault) : [];
}
function mappingIn(file: unknown) {
  const parsed = parse(file);
  if ("faults" in parsed) throw new Error(parsed.faults.map(describeFault).join());
  return parsed.mapping;
}
const withCaller = (caller: object) => ({ ...GOOD, entries: [{ ...ANNA, callers: [caller] }] });
const withEntry = (change: object) => ({ ...GOOD, entries: [{ ...ANNA, ...change }] });

describe("a valid file", () => {
  it("describes credentials of every kind, with paths relative to its folder", () => {
    const { entries, byDefault } = mappingIn({
      entries: [
        ANNA,
        {
          name: "team",
          callers: [
            { issuer: ISSUER, claim: "groups", value: "it" },
            { issuer: ISSUER, email: "Kate@acme.example", emailVerified: "by_issuer" },
            { issuer: ISSUER, email: "sam@acme.example" },
          ],
          clientId: "trust@acme.conductor.one/wfe",
          oidcTokenFile: "/var/run/token",
        },
        { name: "bot", callers: [{ token: 2 }, { issuer: ISSUER, client: "ci" }], accessTokenFile: "../t" },
        { name: "rest", clientId: "all@acme.conductor.one/spc", clientSecretFile: "rest_secret" },
      ],
      default: "rest",
    });
    expect(entries.map(({ credential: { kind, path } }) => [kind, path])).toEqual([
      ["client_credentials", "/etc/c1/anna_secret"],
      ["token_exchange", "/var/run/token"],
      ["access_token", "/etc/t"],
      ["client_credentials", "/etc/c1/rest_secret"],
    ]);
    expect(entries.flatMap(({ rules }) => rules)).toEqual([
      { by: "subject", issuer: ISSUER, subject: "00u1" },
      { by: "claim", issuer: ISSUER, claim: "groups", value: "it" },
      { by: "email", issuer: ISSUER, email: "Kate@acme.example", unstated: true },
      { by: "email", issuer: ISSUER, email: "sam@acme.example", unstated: false },
      { by: "token", place: "token-2" },
      { by: "client", issuer: ISSUER, client: "ci" },
    ]);
    expect(byDefault?.name).toBe("rest");
    expect(mappingIn(GOOD).byDefault).toBeUndefined();
  });
});

describe("an invalid file is refused with the location and the fix", () => {
  it.each<[string, unknown, string]>([
    ["no JSON", '{\n  "entries": [\n', "the file is not JSON"],
    ["no object", [], "the file must be an object"],
    ["no default", { entries: [ANNA] }, "default is missing"],
    ["another default", { ...GOOD, default: "ana" }, "default must be refuse or the name of an entry"],
    ["no entries", { default: "refuse" }, "entries is missing"],
    ["empty entries", { entries: [], default: "refuse" }, "entries is empty"],
    [
      "an unknown field",
      { ...GOOD, entires: [] },
      "entires is not a field of this file; did you mean entries?",
    ],
    ["__proto__", '{"entries": [], "default": "refuse", "__proto__": {}}', "__proto__ is not a field"],
    ["no name", withEntry({ name: undefined }), "entries[0].name is missing"],
    ["a name for people only", withEntry({ name: "Anna Lee" }), "entries[0].name must be letters"],
    ["a name with a meaning", withEntry({ name: "refuse" }), "entries[0] (refuse).name must not be refuse"],
    ["no callers", withEntry({ callers: [] }), "entries[0] (anna) serves nobody"],
    [
      "a secret",
      withEntry({ clientSecret: "x" }),
      "entries[0] (anna).clientSecret would hold a secret in this file",
    ],
    [
      "no secret's file",
      withEntry({ clientSecretFile: undefined }),
      "entries[0] (anna) must have one of clientSecretFile",
    ],
    [
      "two of them",
      withEntry({ accessTokenFile: "x" }),
      "entries[0] (anna) must have one of clientSecretFile",
    ],
    [
      "no client id",
      withEntry({ clientId: undefined }),
      "entries[0] (anna) has no clientId, which clientSecretFile needs",
    ],
    [
      "half a client id",
      withEntry({ clientId: "brave-fox" }),
      "entries[0] (anna) has a clientId that is not of the form",
    ],
    [
      "the id of a trust beside a secret",
      withEntry({ clientId: "trust@acme.conductor.one/wfe" }),
      "entries[0] (anna) has a clientId that is of a workload federation trust, which has no secret: use oidcTokenFile",
    ],
    [
      "an e-mail address",
      withEntry({ clientId: "anna@acme.example" }),
      "entries[0] (anna) has a clientId that is an e-mail address",
    ],
    [
      "a client id too many",
      withEntry({ clientSecretFile: undefined, accessTokenFile: "x" }),
      "entries[0] (anna) has a clientId beside accessTokenFile",
    ],
    ["no issuer", withCaller({ subject: "00u1" }), "entries[0] (anna).callers[0] has no issuer"],
    [
      "an e-mail without issuer",
      withCaller({ email: "a@acme.example" }),
      "entries[0] (anna).callers[0] has no issuer",
    ],
    ["nothing said", withCaller({ issuer: ISSUER }), "entries[0] (anna).callers[0] must say one of subject"],
    [
      "two things said",
      withCaller({ issuer: ISSUER, subject: "00u1", email: "a@acme.example" }),
      "entries[0] (anna).callers[0] must say one of subject",
    ],
    [
      "a claim without value",
      withCaller({ issuer: ISSUER, claim: "groups" }),
      "callers[0] has a claim without a value",
    ],
    [
      "a value without claim",
      withCaller({ issuer: ISSUER, subject: "x", value: "y" }),
      "callers[0] has a value without a claim",
    ],
    [
      "e-mail as a claim",
      withCaller({ issuer: ISSUER, claim: "email", value: "a@acme.example" }),
      "callers[0].claim has a field of its own",
    ],
    [
      "a token of an issuer",
      withCaller({ issuer: ISSUER, token: 1 }),
      "callers[0] has an issuer beside token",
    ],
    ["a token's text", withCaller({ token: "token-1" }), "callers[0].token must be the number of a token"],
    [
      "a name that nobody has",
      withCaller({ token: "user:x" }),
      "callers[0].token must be the number of a token",
    ],
    ["no token", withCaller({ token: null }), "callers[0].token must be the number of a token"],
    ["the nought-th token", withCaller({ token: 0 }), "callers[0].token must be the number of a token"],
    ["half a token", withCaller({ token: 1.5 }), "callers[0].token must be the number of a token"],
    [
      "blanks",
      withCaller({ issuer: ISSUER, subject: " 00u1" }),
      "callers[0].subject begins or ends with a blank",
    ],
    [
      "an address nobody can tell apart",
      withCaller({ issuer: ISSUER, email: "k\u0430te@acme.example" }),
      "callers[0].email must be an e-mail address in ASCII",
    ],
    [
      "no address",
      withCaller({ issuer: ISSUER, email: "kate" }),
      "callers[0].email must be an e-mail address",
    ],
    [
      "another proof",
      withCaller({ issuer: ISSUER, email: "a@b.example", emailVerified: false }),
      "callers[0].emailVerified must be by_issuer",
    ],
    [
      "a misspelt field",
      withCaller({ issuer: ISSUER, subjet: "x" }),
      "callers[0].subjet is not a field of this file; did you mean subject?",
    ],
    [
      "a rule twice",
      { ...GOOD, entries: [ANNA, { ...ANNA, name: "b" }] },
      "entries[1] (b).callers[0] says what stands under anna already",
    ],
    [
      "a name twice",
      { ...GOOD, entries: [ANNA, { ...ANNA, callers: [{ token: 1 }] }] },
      "entries[1] (anna).name is there twice",
    ],
  ])("%s", (_what, file, fault) => {
    expect(faultsIn(file).join("\n")).toContain(fault);
  });

  it("reports everything that is wrong, not only the first problem", () => {
    expect(faultsIn({ entries: [{ ...ANNA, callers: [{}, { token: 0 }] }], default: 1 })).toHaveLength(3);
  });

  it("a rule that needs less proof counts as a repetition of an earlier one", () => {
    const kate = { issuer: ISSUER, email: "kate@acme.example" };
    const callers = [kate, { ...kate, emailVerified: "by_issuer" }];
    expect(faultsIn(withEntry({ callers }))).toEqual([
      "entries[0] (anna).callers[1] says what stands under anna already",
    ]);
  });

  it("shows no value, wherever a secret was put", () => {
    const secret = "secret-token:conductorone.com:v1:canarybird";
    for (const field of ["name", "clientId", "clientSecretFile", "clientSecret", "accessTokenFile"]) {
      const faults = faultsIn(withEntry({ [field]: secret })).join();
      expect(faults).not.toBe("");
      expect(faults).not.toContain("canary");
    }
    expect(faultsIn(`{"entries": ${secret}}`).join()).toMatch(/^the file is not JSON(?: \(line 1\))?$/);
    expect(faultsIn({ ...GOOD, default: secret }).join()).not.toContain("canary");
    expect(faultsIn(withCaller({ issuer: secret, subject: secret, email: secret })).join()).not.toContain(
      "canary",
    );
  });
});

it("any file is parsed or refused, and never throws", () => {
  const word = fc.constantFrom(
    ...Object.keys(ANNA),
    "entries",
    "default",
    "issuer",
    "token",
    "email",
    "__proto__",
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 1, true, "refuse", "anna", ISSUER),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(word, tie("value"), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.oneof(
        value.map((one) => JSON.stringify(one)),
        fc.string(),
      ),
      (text) => {
        const parsed = parseMapping(text, "/");
        expect("faults" in parsed ? parsed.faults.length > 0 : parsed.mapping.entries.length > 0).toBe(true);
      },
    ),
  );
});
