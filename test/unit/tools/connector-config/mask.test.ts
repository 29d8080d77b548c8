import { describe, expect, it } from "vitest";
import { configTexts, maskBody } from "../../../../src/tools/connector-config/mask.ts";
import { GROUP_KEY } from "../../../../src/tools/connector-config/spec.ts";

describe("maskBody", () => {
  it("inserts the masked config in place of the real one, and touches nothing else", () => {
    const body = {
      catalogId: "k",
      config: { "@type": "t", configuration: { a: { stringValue: "secret" } } },
    };
    const shown = { "@type": "t", configuration: { a: { stringValue: "***" } } };
    expect(maskBody(body, shown)).toEqual({ catalogId: "k", config: shown });
    expect(body.config.configuration.a.stringValue).toBe("secret");
    expect(maskBody({ catalogId: "k" }, shown)).toEqual({ catalogId: "k" });
  });
});

describe("configTexts", () => {
  it("finds the user and password of an address, also as they are written without escapes", () => {
    expect(configTexts({ url: "https://jane:p%40ss:word@acme.example/x" })).toEqual([
      "https://jane:p%40ss:word@acme.example/x",
      "jane:p%40ss:word",
      "p%40ss:word",
      "p@ss:word",
    ]);
    expect(configTexts({ url: "https://jane:100%@acme.example" })).toContain("100%");
  });

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

  it("omits names that are not values", () => {
    const config = {
      "@type": "type.googleapis.com/x",
      [GROUP_KEY]: "a_group",
      token: { secretRef: "OKTA" },
      sync: "true",
      skip: "false",
    };
    expect(configTexts(config)).toEqual([]);
  });

  it("includes a secret that was put where its name belongs", () => {
    const config = {
      token: { secretRef: "00-a-secret" },
      key: { secretRef: "a secret in words" },
      other: { secretRef: ["x-y"] },
    };
    expect(configTexts(config)).toEqual(["00-a-secret", "a secret in words", "x-y"]);
  });

  it("finds nothing in an empty config", () => {
    for (const nothing of [undefined, {}, null, []]) expect(configTexts(nothing)).toEqual([]);
  });
});
