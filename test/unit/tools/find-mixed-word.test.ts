import { describe, expect, it } from "vitest";
import { name } from "../../../src/tools/fields.ts";
import { findMixedWord } from "../../../src/tools/find-mixed-word.ts";

describe("look-alike letters", () => {
  it.each([
    ["Асme Wiki", "U+0410"],
    ["Wiki of Acmе", "U+0435"],
    ["Οkta", "U+039F"],
    ["Ac\u0301mе", "U+0435"],
    ["\u13aacme", "U+13AA"],
    ["\u0585kta", "U+0585"],
    ["\ua4eecme", "U+A4EE"],
    ["Acm\u2c89", "U+2C89"],
  ])("among Latin letters in one word are refused: %s", (text, code) => {
    const message = `must not mix alphabets in one word: ${code} stands among Latin letters and looks like one`;
    expect(findMixedWord(text)).toBe(message);
    expect(name.safeParse(text).error?.issues[0]?.message).toBe(message);
  });

  it.each([
    "Acme Wiki",
    "Вики",
    "Acme Вики",
    "Вики-Acme",
    "Ελλάδα",
    "μTorrent",
    "Δelta",
    "Société Générale",
    "日本語App",
    "Ինտրանետ",
    "Zażółć",
    "１２ＡＢ",
  ])("names that people really give are taken: %s", (text) => {
    expect(findMixedWord(text)).toBeUndefined();
    expect(name.safeParse(text).success).toBe(true);
  });
});
