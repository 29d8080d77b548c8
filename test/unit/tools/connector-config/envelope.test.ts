import { describe, expect, it } from "vitest";
import { Failure } from "../../../../src/errors.ts";
import { buildConfig } from "../../../../src/tools/connector-config/build.ts";
import { GROUP_KEY, type TypeSpec } from "../../../../src/tools/connector-config/spec.ts";
import { createRun, fromTable, NOTHING_KNOWN, REF } from "./specs.ts";

const ENV_CONFIG = "type.googleapis.com/c1.api.app.v1.EnvConfig";
const OKTA = fromTable("okta_v2");
const SECRETS = { OKTA: "okta-hunter22", OTHER: "other-hunter22", KEY: "s3cr3t" };

const build = (config: Record<string, unknown>, spec: TypeSpec = OKTA, inline = false) => {
  const { run, reads } = createRun(SECRETS, inline);
  return buildConfig(config, spec, run).then((built) => ({ ...built, unchecked: run.unchecked, reads }));
};

describe("the envelope", () => {
  it("contains every value as text with secrets filled in; a preview shows only values known not to be secret", async () => {
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
        okta_v2_domain: { stringValue: "acme.okta.example" },
        okta_v2_api_token: { stringValue: "secretRef:OKTA" },
        okta_sync_secrets: { stringValue: "true" },
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
    expect(unchecked).toEqual([
      "config keys that this server's table lacks: headers, sites",
      "config: numbers, sent as text: sites",
    ]);
  });

  it.each<[string, unknown]>([
    ["alone", 42],
    ["in a list", ["a", 42]],
    ["in a map", { a: 42 }],
    ["in C1's own form", { stringValue: 42 }],
  ])("says of a number that it is sent as text: %s", async (_where, size) => {
    const { unchecked } = await build({ size, text: "42", on: true }, NOTHING_KNOWN);
    expect(unchecked).toEqual(["config: numbers, sent as text: size"]);
  });

  it("names the group that the keys determine", async () => {
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
    const config = JSON.parse(
      '{"__proto__": "a", "constructor": "b", "toString": "c", "a-b": "d"}',
    ) as Record<string, unknown>;
    const { envelope } = await build(config, NOTHING_KNOWN);
    expect(Object.keys(envelope.configuration as object)).toEqual([
      "__proto__",
      "constructor",
      "toString",
      "a-b",
    ]);
  });
});

describe("a config that brings its own @type", () => {
  it("of another message is passed on unchanged, with its values masked for display", async () => {
    const config = { "@type": "type.googleapis.com/other.Config", a: { b: [null, "secret", 5, ""] } };
    for (const spec of [fromTable("ramp"), NOTHING_KNOWN]) {
      const { envelope, shown, reads } = await build(config, spec, true);
      expect(envelope).toEqual(config);
      expect(shown).toEqual({ "@type": config["@type"], a: { b: ["***", "***", "***", "***"] } });
      expect(reads).toEqual([]);
    }
  });

  it.each([
    ENV_CONFIG,
    ` ${ENV_CONFIG} `,
    "c1.api.app.v1.EnvConfig",
    "evil.example/c1.api.app.v1.EnvConfig",
    "a\n/c1.api.app.v1.EnvConfig",
  ])("%j is C1's own type and gets the same checks", async (type) => {
    const good = {
      "@type": type,
      configuration: {
        okta_v2_domain: { stringValue: "acme" },
        okta_v2_api_token: REF,
        okta_sync_secrets: true,
      },
    };
    for (const spec of [OKTA, NOTHING_KNOWN]) {
      expect((await build(good, spec)).envelope).toEqual({
        "@type": ENV_CONFIG,
        configuration: {
          okta_v2_domain: { stringValue: "acme" },
          okta_v2_api_token: { stringValue: "okta-hunter22" },
          okta_sync_secrets: { stringValue: "true" },
        },
      });
      const literal = { "@type": type, configuration: { okta_v2_api_token: { stringValue: "x" } } };
      expect(await build(literal, spec).catch((error: Failure) => error)).toMatchObject({
        code: "secret_refused",
      });
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ["no text as its type", { "@type": 5 }],
    ["an empty type", { "@type": "" }],
    ["no configuration", { "@type": ENV_CONFIG }],
    ["a list as its configuration", { "@type": ENV_CONFIG, configuration: [] }],
    ["something beside it", { "@type": ENV_CONFIG, configuration: {}, password: "x" }],
  ])("is refused with %s", async (_name, config) => {
    expect(await build(config).catch((error: Failure) => error)).toMatchObject({
      code: "invalid_arguments",
      changed: "no",
    });
  });
});

describe("the envelope of an unknown type", () => {
  it.each<[string, unknown, object]>([
    ["text", "acme.okta.com", { stringValue: "acme.okta.com" }],
    ["text with white space", " a\nb ", { stringValue: " a\nb " }],
    ["true", true, { stringValue: "true" }],
    ["false", false, { stringValue: "false" }],
    ["zero", 0, { stringValue: "0" }],
    ["a number", -1.5, { stringValue: "-1.5" }],
    ["a list", ["a", 1], { stringValue: "a,1" }],
    [
      "a map",
      { env: "prod", "x-y": 2 },
      {
        keyValues: {
          items: [
            { key: "env", value: "prod" },
            { key: "x-y", value: "2" },
          ],
        },
      },
    ],
    ["a secret's name", { secretRef: "KEY" }, { stringValue: "s3cr3t" }],
  ])("contains %s", async (_name, value, encoded) => {
    const { envelope, shown } = await build({ key: value }, NOTHING_KNOWN, true);
    expect(envelope).toEqual({ "@type": ENV_CONFIG, configuration: { key: encoded } });
    expect(JSON.stringify(shown)).not.toMatch(/s3cr3t|acme|prod/);
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["undefined", undefined],
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["a number that JSON cannot carry exactly", 2 ** 60],
    ["empty text", ""],
    ["blank text", " \n"],
    ["an empty list", []],
    ["a list of lists", [["s3cr3t"]]],
    ["a list with null", ["s3cr3t", null]],
    ["a list with an empty text", ["s3cr3t", ""]],
    ["a list with a comma in it", ["s3cr3t,more"]],
    ["an empty map", {}],
    ["a map of maps", { a: { b: "s3cr3t" } }],
    ["a map with a list", { a: ["s3cr3t"] }],
    ["a map with an empty text", { a: "" }],
    ["a reference that is no name", { secretRef: "../s3cr3t" }],
    ["a reference with something beside it", { secretRef: "KEY", value: "s3cr3t" }],
  ])("refuses %s, naming the key and never the value", async (_name, value) => {
    const failure = (await build({ fine: "s3cr3t", field: value }, NOTHING_KNOWN, true).catch(
      (error: unknown) => error,
    )) as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: "invalid_arguments", changed: "no" });
    expect(failure.message.match(/^- .*/gm)).toEqual([expect.stringMatching(/^- config\.field: /)]);
    expect(`${failure.message} ${failure.next}`).not.toContain("s3cr3t");
  });
});
