import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/errors.ts";
import { buildEnvelope, configTexts } from "../../../src/tools/config-envelope.ts";

const TYPE = "type.googleapis.com/c1.api.app.v1.EnvConfig";

function problemOf(config: Record<string, unknown>): string {
  try {
    buildEnvelope(config);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code: "invalid_arguments", changed: "no" });
    return (error as Failure).message;
  }
  return "";
}

describe("buildEnvelope", () => {
  it.each<[string, unknown, object]>([
    ["text", "acme.okta.com", { stringValue: "acme.okta.com" }],
    ["text with white space", " a\nb ", { stringValue: " a\nb " }],
    ["true", true, { stringValue: "true" }],
    ["false", false, { stringValue: "false" }],
    ["zero", 0, { stringValue: "0" }],
    ["a number", -1.5, { stringValue: "-1.5" }],
    ["a list", ["a", 1, true], { stringValue: "a,1,true" }],
    ["a map", { env: "prod", "x-y": 2 }, { keyValues: { items: [{ key: "env", value: "prod" }, { key: "x-y", value: "2" }] } }],
    ["an empty map", {}, { keyValues: { items: [] } }],
  ])("%s", (_name, value, encoded) => {
    expect(buildEnvelope({ key: value })).toEqual({ "@type": TYPE, configuration: { key: encoded } });
  });

  it("keeps every key, and an empty config is one too", () => {
    expect(buildEnvelope({})).toEqual({ "@type": TYPE, configuration: {} });
    const config = { okta_domain: "a.okta.com", "api-token": "t0ken", constructor: "c" };
    expect(Object.keys(buildEnvelope(config).configuration ?? {})).toEqual(Object.keys(config));
  });

  it("passes a map with its own @type through as it is", () => {
    const config = { "@type": "type.googleapis.com/other.Config", nested: { deep: [null, ""] } };
    expect(buildEnvelope(config)).toEqual(config);
  });

  it.each<[string, unknown, string]>([
    ["null", null, "must be text, true, false, a list or a map; leave out what is not set"],
    ["undefined", undefined, "must be text, true, false, a list or a map; leave out what is not set"],
    ["NaN", Number.NaN, "must be text, true, false, a list or a map; leave out what is not set"],
    ["Infinity", Number.POSITIVE_INFINITY, "must be text, true, false, a list or a map; leave out what is not set"],
    ["empty text", "", "is empty; leave out what is not set"],
    ["an empty list", [], "is empty; leave out what is not set"],
    ["a list of lists", [["s3cr3t"]], "must be a list of texts"],
    ["a list with null", ["s3cr3t", null], "must be a list of texts"],
    ["a list with an empty text", ["s3cr3t", ""], "is empty; leave out what is not set"],
    ["a list with a comma in it", ["s3cr3t,more"], "has an entry with a comma, which C1's lists cannot hold"],
    ["a map of maps", { a: { b: "s3cr3t" } }, "must map names to text"],
    ["a map with a list", { a: ["s3cr3t"] }, "must map names to text"],
    ["a map with an empty text", { a: "" }, "is empty; leave out what is not set"],
  ])("refuses %s, naming the key and never the value", (_name, value, message) => {
    expect(problemOf({ fine: "s3cr3t", api_token: value })).toBe(`config.api_token: ${message}.`);
  });

  it("cleans and cuts the key it names", () => {
    expect(problemOf({ [`\u202e${"k".repeat(200)}`]: null })).toMatch(/^config\.k{79}…: must be/);
  });
});

describe("configTexts", () => {
  it("finds every value at any depth, numbers as the text they become", () => {
    const config = { a: "one", b: ["two", ["three"], 44_444], c: { d: { e: "four" } }, f: true, g: null, h: -1.5 };
    expect(configTexts(config).sort()).toEqual(["-1.5", "44444", "four", "one", "three", "two"]);
  });

  it("finds nothing in nothing", () => {
    expect(configTexts(undefined)).toEqual([]);
    expect(configTexts({})).toEqual([]);
  });
});
