import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSeal } from "../../../src/seal.ts";

const KEY = "k".repeat(40);

describe("a sealed text", () => {
  it("opens again, also in another process with the same key", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = createSeal(KEY, "test").seal(value, 1_000);
        expect(text).toMatch(/^[\w-]+$/);
        const opened = createSeal(KEY, "test").open(text);
        expect(JSON.stringify(opened)).toBe(JSON.stringify({ value }));
      }),
    );
  });

  it("reveals nothing of its content, and never looks the same twice", () => {
    const seal = createSeal<string>(KEY, "test");
    const texts = [seal.seal("canary-canary", 1_000), seal.seal("canary-canary", 1_000)];
    expect(new Set(texts).size).toBe(2);
    for (const text of texts)
      expect(Buffer.from(text, "base64url").toString("latin1")).not.toContain("canary");
  });

  it("expires to the millisecond", () => {
    let now = 1_000;
    const seal = createSeal<number>(KEY, "test", () => now);
    const text = seal.seal(7, 500);
    now = 1_499;
    expect(seal.open(text)).toEqual({ value: 7 });
    now = 1_500;
    expect(seal.open(text)).toBe("expired");
  });

  it.each<[what: string, key: string | undefined, purpose: string]>([
    ["another key", "K".repeat(40), "test"],
    ["another purpose", KEY, "test2"],
    ["no key, which is a random one", undefined, "test"],
  ])("does not open with %s", (_what, key, purpose) => {
    expect(createSeal(key, purpose).open(createSeal(KEY, "test").seal(1, 1_000))).toBe("bad");
  });

  it("without a key, opens only in the process that sealed it", () => {
    const seal = createSeal<number>(undefined, "test");
    expect(seal.open(seal.seal(1, 1_000))).toEqual({ value: 1 });
  });

  it("is rejected with any bit altered or in any other encoding of the same bytes", () => {
    const seal = createSeal<object>(KEY, "test");
    const text = seal.seal({ a: 1 }, 1_000);
    for (let at = 0; at < text.length; at += 1)
      for (const other of ["A", "b", "_", "=", ".", " "])
        if (text[at] !== other) expect(seal.open(text.slice(0, at) + other + text.slice(at + 1))).toBe("bad");
    for (const other of [`${text}=`, `${text}\n`, ` ${text}`, `${text}A`, text.slice(1), text.slice(0, -1)])
      expect(seal.open(other)).toBe("bad");
  });

  it("is rejected if it was never sealed", () => {
    const seal = createSeal(KEY, "test");
    fc.assert(fc.property(fc.string(), (text) => void expect(seal.open(text)).toBe("bad")));
    fc.assert(fc.property(fc.base64String(), (text) => void expect(seal.open(text)).toBe("bad")));
    for (const text of ["", "A".repeat(37), "A".repeat(38), "__proto__"]) expect(seal.open(text)).toBe("bad");
  });
});
