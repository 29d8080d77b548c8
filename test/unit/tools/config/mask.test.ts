import { describe, expect, it } from "vitest";
import { configTexts, isOfSize, maskBody } from "../../../../src/tools/config/mask.ts";
import { GROUP_KEY } from "../../../../src/tools/config/spec.ts";
import { cpuMs } from "../../../support/cpu-time.ts";

describe("maskBody", () => {
  it("puts the masked config in the place of the real one, and touches nothing else", () => {
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

describe("isOfSize", () => {
  const nested = (depth: number) => {
    let value: unknown = "x";
    for (let level = 0; level < depth; level += 1) value = [value];
    return value;
  };

  it("takes a thousand values and twenty levels, and no more", () => {
    expect(isOfSize({ list: Array.from({ length: 998 }, () => "x") })).toBe(true);
    expect(isOfSize({ list: Array.from({ length: 999 }, () => "x") })).toBe(false);
    expect(isOfSize(nested(19))).toBe(true);
    expect(isOfSize(nested(20))).toBe(false);
  });

  it("is quick however large or deep it is", () => {
    const started = cpuMs();
    expect(isOfSize(nested(1_000_000))).toBe(false);
    expect(isOfSize(Array.from({ length: 1_000_000 }, () => "x"))).toBe(false);
    expect(cpuMs() - started).toBeLessThan(1_000);
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

  it("leaves out what is a name and no value", () => {
    const config = {
      "@type": "type.googleapis.com/x",
      [GROUP_KEY]: "a_group",
      token: { secretRef: "OKTA" },
      sync: "true",
      skip: "false",
    };
    expect(configTexts(config)).toEqual([]);
  });

  it("but not a secret that was put where its name belongs", () => {
    const config = {
      token: { secretRef: "00-a-secret" },
      key: { secretRef: "a secret in words" },
      other: { secretRef: ["x-y"] },
    };
    expect(configTexts(config)).toEqual(["00-a-secret", "a secret in words", "x-y"]);
  });

  it("finds nothing in nothing", () => {
    for (const nothing of [undefined, {}, null, []]) expect(configTexts(nothing)).toEqual([]);
  });
});
