import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/errors.ts";
import { buildConfig } from "../../../src/tools/config/build.ts";
import { configTexts } from "../../../src/tools/config/mask.ts";
import { describeType } from "../../../src/tools/config/spec.ts";
import { idOf } from "../../support/fake-api.ts";
import { createFakeRun } from "../../support/fake-run.ts";

const TYPE = "type.googleapis.com/c1.api.app.v1.EnvConfig";

/** A type nobody knows anything of: every key is taken, in whatever form its value has. */
const UNKNOWN = describeType(idOf("unknown"), undefined, undefined);

const build = (config: Record<string, unknown>, secrets: Record<string, string> = {}) =>
  buildConfig(config, UNKNOWN, createFakeRun({}, { secrets }).run);

describe("the envelope of a type nobody knows", () => {
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
  ])("holds %s", async (_name, value, encoded) => {
    const { envelope, shown } = await build({ key: value }, { KEY: "s3cr3t" });
    expect(envelope).toEqual({ "@type": TYPE, configuration: { key: encoded } });
    expect(JSON.stringify(shown)).not.toMatch(/s3cr3t|acme|prod/);
  });

  it("keeps every key, and an empty config is one too", async () => {
    expect((await build({})).envelope).toEqual({ "@type": TYPE, configuration: {} });
    const config = { domain: "a.okta.com", "api-token": "t0ken", constructor: "c" };
    expect(Object.keys((await build(config)).envelope.configuration ?? {})).toEqual(Object.keys(config));
  });

  it("is left as it is when it is a message of another type, and masked for people", async () => {
    const config = { "@type": "type.googleapis.com/other.Config", nested: { deep: ["s3cr3t", ""] } };
    const { envelope, shown } = await build(config);
    expect(envelope).toEqual(config);
    expect(shown).toEqual({ "@type": config["@type"], nested: { deep: ["***", "***"] } });
  });

  it("of C1's own type is opened, and made anew", async () => {
    const { envelope } = await build({
      "@type": TYPE,
      configuration: { key: { stringValue: "v" }, flag: true },
    });
    expect(envelope).toEqual({
      "@type": TYPE,
      configuration: { key: { stringValue: "v" }, flag: { stringValue: "true" } },
    });
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["undefined", undefined],
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
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
    const failure = (await build({ fine: "s3cr3t", field: value }).catch(
      (error: unknown) => error,
    )) as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: "invalid_arguments", changed: "no" });
    expect(failure.message.match(/^- .*/gm)).toEqual([expect.stringMatching(/^- config\.field: /)]);
    expect(`${failure.message} ${failure.next}`).not.toContain("s3cr3t");
  });

  it("cleans and cuts the key it names", async () => {
    await expect(build({ [`\u202e${"k".repeat(200)}`]: null })).rejects.toThrow(/^- config\.k{79}…: must/m);
  });
});

describe("configTexts", () => {
  it("finds every value at any depth, numbers as the text they become", () => {
    const config = {
      a: "one",
      b: ["two", ["three"], 44_444],
      c: { d: { e: "four" } },
      f: true,
      g: null,
      h: -1.5,
    };
    expect(configTexts(config).sort()).toEqual(["-1.5", "44444", "four", "one", "three", "two"]);
  });

  it("leaves out what is no value: types, names of secrets, true and false", () => {
    expect(configTexts({ "@type": TYPE, key: { secretRef: "OKTA_KEY" }, sync: "true" })).toEqual([]);
    expect(configTexts({ key: { secretRef: "s3cr3t written here" } })).toEqual(["s3cr3t written here"]);
  });

  it("finds nothing in nothing", () => {
    expect(configTexts(undefined)).toEqual([]);
    expect(configTexts({})).toEqual([]);
  });
});
