import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, flattenText } from "../../../src/text.ts";
import { foldName } from "../../../src/tools/fold-name.ts";
import { ANY_CHARACTER } from "../../support/any-character.ts";

/** Names that a person would call the same. */
const SAME: readonly [string, ...string[]][] = [
  ["Zed One", " zed one ", "ZED ONE", "Zed\u00a0One", "Zed  One", "Zed\tOne", "Zed\u0085One", "Zed\u2028One"],
  [
    "Zed One",
    "Zed\u200bOne",
    "Zed \u200bOne",
    "Zed \u202eOne",
    "Zed\u2003One",
    "Zed\u3000One",
    "\ufeffZed One",
  ],
  [
    "Zed One",
    "Z\u200ded One",
    "Ze\u2060d One",
    "Ze\u00add O\u034fne",
    "Zed One\ufe0f",
    "Zed\u3164One",
    "Zed\u2800One",
  ],
  ["Zed One", "\uff3a\uff45\uff44 \uff2f\uff4e\uff45", "\u24cf\u24d4\u24d3 One", "Zed \u{e0041}One"],
  ["Straße", "STRASSE", "strasse", "STRAẞE"],
  ["fix", "\ufb01x", "FIX"],
  ["ΟΔΟΣ", "οδος", "οδοσ", "Οδός".normalize("NFD").replace("\u0301", "")],
  ["Istanbul", "ISTANBUL", "\u0130stanbul", "\u0131stanbul", "i\u0307stanbul"],
  ["Zoë", "Zoe\u0308", "ZOË", "Zoe\u200d\u0308"],
  ["ǰ", "J\u030c", "j\u030c"],
  ["Kelvin", "\u212aelvin"],
  ["ﾃｽﾄ", "テスト"],
  ["❤ App", "❤\ufe0f App"],
];

/** Names that differ slightly. */
const DIFFERENT: readonly [string, string][] = [
  ["Zed One", "ZedOne"],
  ["Zed One", "Zed-One"],
  ["Zoe", "Zoë"],
  ["Zed", "Zed 1"],
  ["Acme", "Аcme"],
  ["ss", "s"],
  ["e\u0301", "e\u0300"],
];

describe("foldName", () => {
  it.each(SAME.map((names) => [names] as const))("treats %j as one name", (names) => {
    expect([...new Set(names.map(foldName))]).toHaveLength(1);
  });

  it.each(DIFFERENT)("distinguishes %j from %j", (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other));
  });

  it("leaves folded names unchanged, and finds a name by its displayed form", () => {
    const text = fc.string({ unit: ANY_CHARACTER, maxLength: 20 }).map((name) => name.toWellFormed());
    const property = fc.property(fc.oneof(text, fc.string({ unit: "grapheme", maxLength: 20 })), (name) => {
      const folded = foldName(name);
      expect(foldName(folded)).toBe(folded);
      expect(flattenText(folded)).toBe(folded);
      expect(foldName(cleanText(name))).toBe(folded);
      expect(foldName(name.toUpperCase())).toBe(folded);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it("folds every character like its other case", () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x1ffff; code += 1) {
      const character = String.fromCodePoint(code);
      const forms = [character.toLowerCase(), character.toUpperCase(), character.normalize("NFKC")];
      const others = forms.filter((form) => form !== character);
      if (others.length === 0) continue;
      const folded = foldName(`a${character}b`);
      if (others.some((form) => foldName(`a${form}b`) !== folded)) wrong.push(character);
    }
    expect(wrong).toEqual([]);
  });
});
