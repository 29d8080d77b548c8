import { describe, expect, it } from "vitest";
import { checkConfig, conventionalName } from "../../../../src/tools/connector-config/check.ts";
import type { TypeSpec } from "../../../../src/tools/connector-config/spec.ts";
import { fromTable, GOOD, live, NOTHING_KNOWN, OKTA_LIVE, onlyLive, problemsOf, REF } from "./specs.ts";

const OKTA_KEYS = ["okta_v2_domain", "okta_v2_api_token"];

/** The only field of a type with a known schema. */
const one = (kind: "text" | "bool" | "list" | "map" | "other", more = {}) =>
  onlyLive(live([{ name: "f", kind, ...more }]));

describe("keys", () => {
  it("all known and complete", () => {
    expect(problemsOf(GOOD, OKTA_LIVE)).toEqual([]);
    expect(checkConfig(GOOD, OKTA_LIVE, { inlineSecrets: false }).unknownKeys).toEqual([]);
  });

  it("unknown to the tenant: refused, with the nearest one", () => {
    expect(problemsOf({ ...GOOD, okta_domain: "x", quux: "y" }, OKTA_LIVE)).toEqual([
      "okta_domain: is no field of Okta v2; did you mean okta_v2_domain?",
      "quux: is no field of Okta v2",
    ]);
  });

  it("unknown only to the table: accepted and reported", () => {
    const { problems, unknownKeys, drafts } = checkConfig({ okta_domain: "x" }, fromTable("okta_v2"), {
      inlineSecrets: false,
    });
    expect(problems).toEqual([]);
    expect(unknownKeys).toEqual(["okta_domain"]);
    expect([...drafts.keys()]).toEqual(["okta_domain"]);
  });

  it("of an unknown type: accepted", () => {
    const config = { domain: "x", sync: true, list: ["a"], map: { a: "b" }, port: 8443 };
    expect(checkConfig(config, NOTHING_KNOWN, { inlineSecrets: false })).toMatchObject({
      problems: [],
      unknownKeys: [],
    });
  });

  it("empty: refused", () => {
    expect(problemsOf({ "": "x" }, NOTHING_KNOWN)).toEqual([": a key is empty"]);
  });

  it("required by the tenant: missing ones are named, except booleans and secrets that a person types", () => {
    expect(problemsOf({}, OKTA_LIVE)).toEqual(OKTA_KEYS.map((key) => `${key}: is required`));
    expect(problemsOf({}, fromTable("okta_v2"))).toEqual([]);
  });
});

describe("kinds", () => {
  it.each<[string, TypeSpec, unknown, string]>([
    ["a list for text", one("text"), ["a"], "must be text, got a list"],
    ["a map for text", one("text"), { a: "b" }, "must be text, got a map"],
    ["a boolean for text", one("text"), true, "must be text, got true or false"],
    ["null for text", one("text"), null, "must be text, got nothing; leave out what is not set"],
    ["empty text", one("text"), "", "is empty; leave out what is not set"],
    ["blank text", one("text"), " \n", "is empty; leave out what is not set"],
    ["infinity", one("text"), Number.POSITIVE_INFINITY, "must be text, got a number"],
    ["text for a boolean", one("bool"), "yes", "must be true or false, got text"],
    ["a number for a boolean", one("bool"), 1, "must be true or false, got a number"],
    ["a reference for a boolean", one("bool"), REF, "must be true or false, got a map"],
    ["a boolean for a list", one("list"), true, "must be a list of texts, got true or false"],
    [
      "a list with null",
      one("list"),
      ["a", null],
      "must be a list of texts, got nothing; leave out what is not set in it",
    ],
    ["a list of lists", one("list"), [["a"]], "must be a list of texts, got a list in it"],
    ["an empty list", one("list"), [], "is empty; leave out what is not set"],
    ["a list with an empty text", one("list"), ["a", ""], "is empty; leave out what is not set"],
    ["a comma in a list", one("list"), ["a,b"], "has an entry with a comma, which C1's lists cannot hold"],
    ["a joined list with a hole", one("list"), "a,,b", "is empty; leave out what is not set"],
    ["text for a map", one("map"), "a", "must be a map of texts, got text"],
    ["a list for a map", one("map"), ["a"], "must be a map of texts, got a list"],
    ["a map of maps", one("map"), { a: { b: "c" } }, "must be a map of texts, got a map in it"],
    ["an empty map", one("map"), {}, "is empty; leave out what is not set"],
    ["a map with an empty text", one("map"), { a: "" }, "is empty; leave out what is not set"],
    ["a map with an empty name", one("map"), { "": "a" }, "has an entry without a name"],
    [
      "a reference for a whole map",
      one("map"),
      REF,
      "is a map: give each secret in it a secretRef of its own",
    ],
    [
      "what C1 fills in",
      one("other"),
      "x",
      "cannot be set by a config: C1 fills it in, or a person does in the console",
    ],
    ["no option", one("text", { options: ["us", "eu"] }), "uk", "must be one of us, eu"],
    ["null for anything", NOTHING_KNOWN, null, "must be text, got nothing; leave out what is not set"],
    [
      "a reference that is no name",
      one("text", { secret: true }),
      { secretRef: "okta key" },
      "its secretRef must be the name of a secret: capital letters, digits and _, a letter first, at most 128",
    ],
    [
      "a reference with something beside it",
      one("text", { secret: true }),
      { ...REF, or: "x" },
      "has something beside its secretRef",
    ],
    [
      "keyValues without items",
      one("map"),
      { keyValues: { items: ["x"] } },
      'its keyValues must hold items of {"key", "value"}',
    ],
  ])("%s", (_name, spec, value, message) => {
    expect(problemsOf({ f: value }, spec)).toEqual([`f: ${message}`]);
  });

  it.each<[string, TypeSpec, unknown, unknown]>([
    ["text", one("text"), "a b", "a b"],
    ["a number as text", one("text"), -1.5, "-1.5"],
    ["an option", one("text", { options: ["us", "eu"] }), "eu", "eu"],
    ["true", one("bool"), true, "true"],
    ["a boolean in words", one("bool"), "false", "false"],
    ["a list", one("list"), ["a", 2], "a,2"],
    ["a list that is joined already", one("list"), "a, b", "a,b"],
    ["a map", one("map"), { a: "1", b: 2 }, { a: "1", b: "2" }],
    ["C1's own form of text", one("text"), { stringValue: "a" }, "a"],
    ["C1's own form of a boolean", one("bool"), { stringValue: "true" }, "true"],
    ["C1's own form of a map", one("map"), { keyValues: { items: [{ key: "a", value: "b" }] } }, { a: "b" }],
    ["a map with a telling key", one("map"), { stringValue: "a" }, { stringValue: "a" }],
    ["a boolean of an unknown type", NOTHING_KNOWN, false, "false"],
    ["a list of an unknown type", NOTHING_KNOWN, ["a", "b"], "a,b"],
    ["a map of an unknown type", NOTHING_KNOWN, { a: "b" }, { a: "b" }],
  ])("accepts %s", (_name, spec, value, expected) => {
    const { problems, drafts } = checkConfig({ f: value }, spec, { inlineSecrets: false });
    expect(problems).toEqual([]);
    const draft = drafts.get("f");
    const text = (part: object | undefined) => (part && "text" in part ? part.text : undefined);
    const got =
      draft?.kind === "map"
        ? Object.fromEntries(draft.items.map(({ key, part }) => [key, text(part)]))
        : text(draft?.part);
    expect(got).toEqual(expected);
  });
});

describe("secrets", () => {
  const literal = (name: string) => `is a secret and must not be written out; give {"secretRef": "${name}"}`;
  const shown = "is no secret field, so C1 would show the secret; write its value out";

  it.each<[string, TypeSpec, Record<string, unknown>, string[]]>([
    [
      "a mark of the table",
      fromTable("okta_v2"),
      { okta_v2_api_token: "x" },
      [`okta_v2_api_token: ${literal("OKTA_V2_API_TOKEN")}`],
    ],
    ["a mark of the tenant", one("text", { secret: true }), { f: "x" }, [`f: ${literal("F")}`]],
    [
      "the key of a known type's field",
      fromTable("trello"),
      { "api-key": "x" },
      [`api-key: ${literal("API_KEY")}`],
    ],
    [
      "the key of an unknown field",
      fromTable("okta_v2"),
      { new_token: "x" },
      [`new_token: ${literal("NEW_TOKEN")}`],
    ],
    [
      "the key of an unknown type's field",
      NOTHING_KNOWN,
      { clientSecret: "x" },
      [`clientSecret: ${literal("CLIENT_SECRET")}`],
    ],
    ["a list", one("list", { secret: true }), { f: ["x"] }, [`f: ${literal("F")}`]],
    [
      "a secret map",
      fromTable("http"),
      { http_connector_map_values: { url: "x" } },
      [`http_connector_map_values: ${literal("URL")}`],
    ],
    [
      "a secret in a map",
      NOTHING_KNOWN,
      { headers: { accept: "x", "api-key": "y" } },
      [`headers: ${literal("API_KEY")}`],
    ],
    [
      "C1's own form",
      fromTable("okta_v2"),
      { okta_v2_api_token: { stringValue: "x" } },
      [`okta_v2_api_token: ${literal("OKTA_V2_API_TOKEN")}`],
    ],
    ["a number", NOTHING_KNOWN, { password: 1234 }, [`password: ${literal("PASSWORD")}`]],
  ])("are refused as literals, by %s", (_name, spec, config, problems) => {
    const told = checkConfig(config, spec, { inlineSecrets: false }).problems.map(
      ({ key, message, literal: under = "" }) =>
        `${key}: ${message}; give {"secretRef": "${conventionalName(under)}"}`,
    );
    expect(told).toEqual(problems);
    expect(problemsOf(config, spec, true)).toEqual([
      `${problems[0]?.split(":")[0]}: is a secret and is too short (at least 8 characters are needed to keep it out of what is shown)`,
    ]);
    const long = JSON.parse(JSON.stringify(config).replace(/"[xy]"|1234/g, '"hunter22"')) as typeof config;
    expect(problemsOf(long, spec, true)).toEqual([]);
  });

  it.each<[string, TypeSpec, Record<string, unknown>]>([
    ["in a secret field", fromTable("okta_v2"), { okta_v2_api_token: REF }],
    ["in a secret list", one("list", { secret: true }), { f: REF }],
    ["in a secret map", fromTable("http"), { http_connector_map_values: { url: REF } }],
    ["in a map, by its key", one("map"), { f: { token: REF, accept: "json" } }],
    ["anywhere in a type nobody knows", NOTHING_KNOWN, { domain: REF, headers: { accept: REF } }],
    ["in C1's own form", fromTable("okta_v2"), { okta_v2_api_token: { stringValue: REF } }],
  ])("are accepted as a reference %s", (_name, spec, config) => {
    expect(problemsOf(config, spec)).toEqual([]);
  });

  it.each<[string, TypeSpec, Record<string, unknown>, string]>([
    ["a field that C1 shows", fromTable("okta_v2"), { okta_v2_domain: REF }, "okta_v2_domain"],
    ["a field the table lacks", fromTable("okta_v2"), { okta_domain: REF }, "okta_domain"],
    ["an entry that C1 shows", one("map"), { f: { accept: REF } }, "f"],
  ])("are refused as a reference in %s", (_name, spec, config, key) => {
    expect(problemsOf(config, spec)).toEqual([`${key}: ${shown}`]);
    expect(problemsOf(config, spec, true)).toEqual([`${key}: ${shown}`]);
  });

  it("are never booleans, whatever the key", () => {
    expect(problemsOf({ okta_sync_secrets: true }, fromTable("okta_v2"))).toEqual([]);
    expect(problemsOf({ sync_secrets: true }, NOTHING_KNOWN)).toEqual([]);
  });

  it.each([
    ["okta_v2_api_token", "OKTA_V2_API_TOKEN"],
    ["api-key", "API_KEY"],
    ["apiKey", "API_KEY"],
    ["auth0-client-secret", "AUTH0_CLIENT_SECRET"],
    ["_x.y_", "X_Y"],
    ["1password_token", "PASSWORD_TOKEN"],
    ["密", "NAME"],
  ])("%s has the default name %s", (key, name) => {
    expect(conventionalName(key)).toBe(name);
  });
});
