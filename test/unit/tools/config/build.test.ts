import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Failure, formatFailure } from "../../../../src/errors.ts";
import { buildConfig } from "../../../../src/tools/config/build.ts";
import { GROUP_KEY, type TypeSpec } from "../../../../src/tools/config/spec.ts";
import { cpuMs } from "../../../support/cpu-time.ts";
import { createRun, fromTable, live, NOTHING_KNOWN, onlyLive } from "./specs.ts";

const ENV_CONFIG = "type.googleapis.com/c1.api.app.v1.EnvConfig";
const OKTA = fromTable("okta_v2");
const SECRETS = { OKTA: "okta-hunter22", OTHER: "other-hunter22" };
const REF = { secretRef: "OKTA" };

const build = (config: Record<string, unknown>, spec: TypeSpec = OKTA, inline = false) => {
  const { run, reads } = createRun(SECRETS, inline);
  return buildConfig(config, spec, run).then((built) => ({ ...built, unchecked: run.unchecked, reads }));
};

async function failureOf(config: Record<string, unknown>, spec: TypeSpec = OKTA): Promise<Failure> {
  return build(config, spec).then(
    () => Promise.reject(new Error("it was built")),
    (error: Failure) => error,
  );
}

describe("a secret that is written out", () => {
  it("is kept from every output, where it may be written out at all", async () => {
    const { run, hidden } = createRun({}, true);
    const config = {
      okta_v2_domain: "acme.okta.example",
      okta_v2_api_token: "written-out",
      my_password: "pass-word",
    };
    await buildConfig(config, OKTA, run);
    expect(hidden).toEqual(["written-out", "pass-word"]);
  });
});

describe("the envelope", () => {
  it("holds every value as text, secrets filled in; people see neither", async () => {
    const config = {
      okta_v2_domain: "acme.okta.example",
      okta_v2_api_token: REF,
      okta_sync_secrets: true,
      headers: { accept: "json", "x-token": { secretRef: "OTHER" } },
      sites: ["a", 2],
    };
    const { envelope, shown, unchecked } = await build(config);
    expect(envelope).toEqual({
      "@type": ENV_CONFIG,
      configuration: {
        okta_v2_domain: { stringValue: "acme.okta.example" },
        okta_v2_api_token: { stringValue: "okta-hunter22" },
        okta_sync_secrets: { stringValue: "true" },
        headers: {
          keyValues: {
            items: [
              { key: "accept", value: "json" },
              { key: "x-token", value: "other-hunter22" },
            ],
          },
        },
        sites: { stringValue: "a,2" },
      },
    });
    expect(shown).toEqual({
      "@type": ENV_CONFIG,
      configuration: {
        okta_v2_domain: { stringValue: "***" },
        okta_v2_api_token: { stringValue: "secretRef:OKTA" },
        okta_sync_secrets: { stringValue: "***" },
        headers: {
          keyValues: {
            items: [
              { key: "accept", value: "***" },
              { key: "x-token", value: "secretRef:OTHER" },
            ],
          },
        },
        sites: { stringValue: "***" },
      },
    });
    expect(unchecked).toEqual(["config keys that our table lacks: headers, sites"]);
  });

  it("names the group that the keys decided", async () => {
    const { envelope, shown, group } = await build({ github_access_token: REF }, fromTable("github_v2"));
    const choice = { [GROUP_KEY]: { stringValue: "github_personal_access_token_group" } };
    expect(envelope.configuration).toEqual({
      github_access_token: { stringValue: "okta-hunter22" },
      ...choice,
    });
    expect(shown.configuration).toMatchObject(choice);
    expect(group?.name).toBe("github_personal_access_token_group");
  });

  it("of an empty map is an empty configuration", async () => {
    expect((await build({}, NOTHING_KNOWN)).envelope).toEqual({ "@type": ENV_CONFIG, configuration: {} });
  });

  it("keeps strange keys as they are", async () => {
    const config = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": "c"}') as Record<
      string,
      unknown
    >;
    const { envelope } = await build(config, NOTHING_KNOWN);
    expect(Object.keys(envelope.configuration as object)).toEqual(["__proto__", "constructor", "toString"]);
  });
});

describe("a config that brings its own @type", () => {
  it("of another message goes through as it is, and its values are masked", async () => {
    const config = { "@type": "type.googleapis.com/other.Config", a: { b: [null, "secret", 5] } };
    const { envelope, shown, reads } = await build(config, fromTable("ramp"));
    expect(envelope).toEqual(config);
    expect(shown).toEqual({ "@type": "type.googleapis.com/other.Config", a: { b: ["***", "***", "***"] } });
    expect(reads).toEqual([]);
  });

  it.each([
    ENV_CONFIG,
    ` ${ENV_CONFIG} `,
    "c1.api.app.v1.EnvConfig",
    "evil.example/c1.api.app.v1.EnvConfig",
    "a\n/c1.api.app.v1.EnvConfig",
  ])("%j is C1's own and gets the same rules", async (type) => {
    const good = {
      "@type": type,
      configuration: { okta_v2_domain: { stringValue: "acme" }, okta_v2_api_token: REF },
    };
    expect((await build(good)).envelope).toEqual({
      "@type": ENV_CONFIG,
      configuration: {
        okta_v2_domain: { stringValue: "acme" },
        okta_v2_api_token: { stringValue: "okta-hunter22" },
      },
    });
    for (const spec of [OKTA, NOTHING_KNOWN]) {
      const literal = { "@type": type, configuration: { okta_v2_api_token: { stringValue: "x" } } };
      expect(await failureOf(literal, spec)).toMatchObject({ code: "secret_refused" });
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ["no text as its type", { "@type": 5 }],
    ["an empty type", { "@type": "" }],
    ["no configuration", { "@type": ENV_CONFIG }],
    ["a list as its configuration", { "@type": ENV_CONFIG, configuration: [] }],
    ["something beside it", { "@type": ENV_CONFIG, configuration: {}, password: "x" }],
  ])("is refused with %s", async (_name, config) => {
    expect(await failureOf(config)).toMatchObject({ code: "invalid_arguments", changed: "no" });
  });
});

describe("a refusal", () => {
  it("lists what is wrong, the type's fields, and the names of secrets", async () => {
    const spec = fromTable(
      "okta_v2",
      live([
        { name: "okta_v2_domain", required: true },
        { name: "okta_v2_api_token", required: true },
        { name: "org", kind: "other" },
      ]),
    );
    expect(formatFailure(await failureOf({ okta_v2_domian: "acme", okta_v2_api_token: REF }, spec))).toBe(
      [
        "[invalid_arguments] The config cannot be sent:",
        "- config.okta_v2_domian: is no field of Okta v2; did you mean okta_v2_domain?",
        "- config.okta_v2_domain: is required",
        "Fields of Okta v2: okta_v2_domain (required), okta_v2_api_token (secret, required).",
        "Configured secrets: OKTA, OTHER.",
        "Nothing was changed. Correct these and call again.",
      ].join("\n"),
    );
  });

  it("of a secret that is written out names the ways out", async () => {
    const failure = await failureOf({ okta_v2_api_token: "00hunter22", okta_v2_domain: null });
    expect(failure.code).toBe("secret_refused");
    const text = formatFailure(failure);
    for (const part of [
      '- config.okta_v2_api_token: is a secret and must not be written out; give {"secretRef": "OKTA_V2_API_TOKEN"}',
      "- config.okta_v2_domain: must be text",
      "C1_MCP_SECRET_OKTA_V2_API_TOKEN",
      "C1_MCP_SECRETS_DIR",
      "C1_MCP_INLINE_SECRETS=allow",
      "leave config out",
      "Nothing was changed.",
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain("hunter22");
  });

  it("comes before any secret is read", async () => {
    const { run, reads } = createRun(SECRETS);
    await expect(buildConfig({ okta_v2_api_token: REF, okta_v2_domain: "" }, OKTA, run)).rejects.toThrow();
    expect(reads).toEqual([]);
  });

  it("of secrets that are not there tells of all of them", async () => {
    const spec = NOTHING_KNOWN;
    const config = { a: { secretRef: "NONE" }, b: { secretRef: "NOPE" }, c: REF, d: { secretRef: "NONE" } };
    expect(formatFailure(await failureOf(config, spec))).toBe(
      "[not_configured] There is no secret NONE. There is no secret NOPE. Nothing was changed. Set NONE.",
    );
    expect(formatFailure(await failureOf({ a: { secretRef: "NONE" } }, spec))).toContain(
      "There is no secret NONE.",
    );
  });

  it("shows ten problems and counts the rest, cleans keys, and knows when there are no secrets", async () => {
    const config = Object.fromEntries(
      Array.from({ length: 14 }, (_, index) => [`\u202e${index}${"k".repeat(99)}`, null]),
    );
    const { run } = createRun();
    const text = await buildConfig(config, OKTA, run).catch((error: Failure) => error.message);
    expect(text).toContain("- and 4 more");
    expect(text).toMatch(/- config\.0k+…: must be text/);
    expect(text).toContain("Configured secrets: none.");
  });

  it("of more keys or secrets than any type has is quick", async () => {
    const many = (value: (index: number) => unknown) =>
      Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, value(index)]));
    const started = cpuMs();
    const spec = fromTable("okta_v2", live([{ name: "key" }]));
    expect(
      (
        await failureOf(
          many(() => "x"),
          spec,
        )
      ).message,
    ).toBe("config: it has more than 200 keys.");
    const refs = { map: many((index) => ({ secretRef: `N${index}` })) };
    expect((await failureOf(refs, NOTHING_KNOWN)).message).toBe(
      "config: it refers to more than 200 secrets.",
    );
    expect(cpuMs() - started).toBeLessThan(3_000);
  });

  it.each([
    ["ramp", "config: Ramp V2 is set up by a person's OAuth consent in the C1 console; it takes no config."],
    ["baton", "config: Baton is run by an agent that you host; it takes no config."],
  ])("of a config for %s says to leave it out", async (slug, message) => {
    for (const config of [{}, { url: "x" }]) {
      const failure = await failureOf(config, fromTable(slug));
      expect(failure).toMatchObject({ code: "invalid_arguments", message });
      expect(failure.next).toContain("Leave config out");
    }
  });
});

describe("no config value", () => {
  const canary = fc
    .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 30 })
    .map((text) => `canary${text}`);
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      canary,
      fc.constantFrom(null, "", true, 5, Number.NaN, REF),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom("a", "api-key", "stringValue", "secretRef", "keyValues", "items"),
        tie("any"),
        {
          maxKeys: 3,
        },
      ),
    ),
  })).any;
  const specs = [
    OKTA,
    NOTHING_KNOWN,
    fromTable("github_v2"),
    fromTable("http"),
    onlyLive(
      live([
        { name: "okta_v2_domain", options: ["x"] },
        { name: "api-key", kind: "list", required: true },
      ]),
    ),
  ];
  const keys = [
    "okta_v2_domain",
    "okta_v2_api_token",
    "okta_sync_secrets",
    "github_org_list",
    "http_connector_map_values",
    GROUP_KEY,
    "api-key",
    "@type",
    "configuration",
    "new",
  ];

  it("appears in a refusal, in a note, or in what people are shown", async () => {
    let built = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 5 }),
        fc.constantFrom(...specs),
        fc.boolean(),
        async (config, spec, inline) => {
          const { run } = createRun(SECRETS, inline);
          const said = await buildConfig(config, spec, run).then(
            ({ shown }) => {
              built += 1;
              return JSON.stringify({ ...shown, "@type": "" });
            },
            (error: Failure) => {
              refused += 1;
              expect(["invalid_arguments", "secret_refused", "not_configured"]).toContain(error.code);
              expect(error.changed).toBe("no");
              return formatFailure(error);
            },
          );
          expect(said + run.unchecked.join()).not.toMatch(/canary|hunter22/);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(Math.min(built, refused)).toBeGreaterThan(20);
  });
});
