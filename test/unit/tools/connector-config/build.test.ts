import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Failure, formatFailure } from "../../../../src/errors.ts";
import { buildConfig } from "../../../../src/tools/connector-config/build.ts";
import { isPlainField } from "../../../../src/tools/connector-config/plain.ts";
import { GROUP_KEY, type TypeSpec } from "../../../../src/tools/connector-config/spec.ts";
import { cpuMs } from "../../../support/cpu-time.ts";
import { createRun, fromTable, live, NOTHING_KNOWN, onlyLive, REF } from "./specs.ts";

const OKTA = fromTable("okta_v2");
const SECRETS = { OKTA: "okta-hunter22", OTHER: "other-hunter22" };

async function failureOf(config: Record<string, unknown>, spec: TypeSpec = OKTA): Promise<Failure> {
  return buildConfig(config, spec, createRun(SECRETS).run).then(
    () => Promise.reject(new Error("it was built")),
    (error: Failure) => error,
  );
}

describe("a message of another type", () => {
  const message = { "@type": "type.googleapis.com/google.protobuf.Struct", okta_v2_api_token: "written-out" };

  it("is refused, because its secrets cannot be distinguished from other values", async () => {
    const { run } = createRun();
    await expect(buildConfig(message, OKTA, run)).rejects.toMatchObject({ code: "secret_refused" });
  });

  it("is passed on unchanged if literal secrets are allowed, and shown without its values", async () => {
    const { run } = createRun({}, true);
    const built = await buildConfig(message, OKTA, run);
    expect(built.envelope).toEqual(message);
    expect(built.shown).toEqual({ ...message, okta_v2_api_token: "***" });
  });
});

describe("a refused config", () => {
  it("lists the problems, the type's fields, and the names of secrets", async () => {
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

  it("with a literal secret names the alternatives", async () => {
    const failure = await failureOf({ okta_v2_api_token: "00hunter22", okta_v2_domain: null });
    expect(failure.code).toBe("secret_refused");
    const text = formatFailure(failure);
    for (const part of [
      '- config.okta_v2_api_token: is a secret and must not be written out; give {"secretRef": NAME} with one of the configured secrets',
      "- config.okta_v2_domain: must be text",
      "C1_MCP_SECRET_OKTA_V2_API_TOKEN",
      "C1_MCP_SECRETS_DIR",
      "C1_MCP_INLINE_SECRETS=allow",
      "it is in this conversation now: tell the person to replace it with a new one",
      "leave config out",
      "Nothing was changed.",
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain("hunter22");
  });

  it("is refused before any secret is read", async () => {
    const { run, reads } = createRun(SECRETS);
    await expect(buildConfig({ okta_v2_api_token: REF, okta_v2_domain: "" }, OKTA, run)).rejects.toThrow();
    expect(reads).toEqual([]);
  });

  it("names all missing secrets at once", async () => {
    const spec = NOTHING_KNOWN;
    const config = { a: { secretRef: "NONE" }, b: { secretRef: "NOPE" }, c: REF, d: { secretRef: "NONE" } };
    expect(formatFailure(await failureOf(config, spec))).toBe(
      "[not_configured] There is no secret NONE. There is no secret NOPE. Nothing was changed. Set NONE.",
    );
    expect(formatFailure(await failureOf({ a: { secretRef: "NONE" } }, spec))).toContain(
      "There is no secret NONE.",
    );
  });

  it("shows ten problems and counts the rest, cleans keys, and says if there are no secrets", async () => {
    const config = Object.fromEntries(
      Array.from({ length: 14 }, (_, index) => [`\u202e${index}${"k".repeat(99)}`, null]),
    );
    const { run } = createRun();
    const text = await buildConfig(config, OKTA, run).catch((error: Failure) => error.message);
    expect(text).toContain("- and 4 more");
    expect(text).toMatch(/^- config\.0k{78}…: must be text/m);
    expect(text).toContain("Configured secrets: none.");
  });

  it("with more keys or secrets than any type has is refused quickly", async () => {
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
  ])("for %s is to be omitted", async (slug, message) => {
    for (const config of [{}, { url: "x" }]) {
      const failure = await failureOf(config, fromTable(slug));
      expect(failure).toMatchObject({ code: "invalid_arguments", message });
      expect(failure.next).toContain("Leave config out");
    }
  });
});

describe("a config value", () => {
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

  it("never appears in a refusal, in a note, or in a preview, unless its field is not secret", async () => {
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
              const fields = Object.entries((shown.configuration ?? shown) as object);
              return JSON.stringify(fields.filter(([key]) => key !== "@type" && !isPlainField(key, spec)));
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
