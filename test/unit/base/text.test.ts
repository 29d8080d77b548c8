import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, formatCount, formatSeconds, MAX_FOREIGN_TEXT } from "../../../src/text.ts";
import { ANY_CHARACTER } from "../../support/any-character.ts";
import { cpuMs } from "../../support/cpu-time.ts";

const ESC = "\u001b";

describe("cleanText", () => {
  it.each([
    ["plain text stays", "Acme CRM", "Acme CRM"],
    ["letters of all kinds stay", "Zoë 漢字 🙂 e\u0301", "Zoë 漢字 🙂 e\u0301"],
    ["colours", `${ESC}[1;31mred${ESC}[0m text`, "red text"],
    ["window title", `${ESC}]0;owned\u0007after`, "after"],
    ["hyperlink", `${ESC}]8;;https://evil.example${ESC}\\click${ESC}]8;;${ESC}\\`, "click"],
    ["short escape", `a${ESC}Mb`, "ab"],
    ["lone escape", `a${ESC}`, "a"],
    ["line breaks", "one\r\ntwo\n\nthree\tfour", "one two three four"],
    ["NUL and bell", "a\u0000b\u0007c", "a b c"],
    ["delete and C1 controls", "a\u007fb\u009bc", "a b c"],
    ["bidi override", "user\u202etxt.exe", "user txt.exe"],
    ["bidi isolates", "\u2066x\u2069", "x"],
    ["line and paragraph separators", "a\u2028b\u2029c", "a b c"],
    ["zero-width space", "a\u200bb", "a b"],
    ["joiners inside a word", "a\u200cb\u200dc\u2060d\ufeffe\u034ff", "abcdef"],
    ["soft hyphen", "a\u00adb", "ab"],
    ["variation selectors", "\u2764\ufe0f a\ufe00b\u{e0100}c\u180bd\u180fe", "\u2764 abcde"],
    ["emoji that are joined", "\u{1f469}\u200d\u{1f680}", "\u{1f469}\u{1f680}"],
    ["white space of all kinds", "a\u00a0b\u2003c\u3000d\u1680e\u0085f", "a b c d e f"],
    ["Hangul fillers", "a\u115fb\u1160c\u3164d\uffa0e", "a b c d e"],
    ["blank Braille pattern", "a\u2800b", "a b"],
    ["Mongolian vowel separator", "a\u180eb", "a b"],
    ["object replacement", "a\ufffcb", "a b"],
    ["tag characters", "hi\u{e0049}\u{e0047}\u{e004e}there", "hi there"],
    ["interlinear annotation", "a\ufff9b\ufffbc", "a b c"],
    ["half a surrogate pair", "a\ud83db", "a\ufffdb"],
    ["blanks around", "  a   b  ", "a b"],
    ["nothing", "", ""],
    ["nothing to see", "\u200b\u0000 \n", ""],
  ])("%s", (_name, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it("cuts at the maximum length and marks the cut", () => {
    expect(cleanText("abcdef", 6)).toBe("abcdef");
    expect(cleanText("abcdefg", 6)).toBe("abcde…");
    expect(cleanText("x".repeat(1_000))).toHaveLength(MAX_FOREIGN_TEXT);
  });

  it("never cuts a character in two", () => {
    expect(cleanText("🙂".repeat(10), 4)).toBe("🙂🙂🙂…");
    expect(cleanText("🙂".repeat(10_000), 5)).toBe("🙂🙂🙂🙂…");
  });

  it.each([
    ["letters", "a"],
    ["escapes", ESC],
    ["open escape sequences", `${ESC}[`],
    ["open titles", `${ESC}]`],
    ["blanks", " "],
  ])("is fast on ten million %s", (_name, unit) => {
    const text = unit.repeat(10_000_000 / unit.length);
    const started = cpuMs();
    expect(cleanText(text).length).toBeLessThanOrEqual(MAX_FOREIGN_TEXT);
    expect(cpuMs() - started).toBeLessThan(300);
  });

  it("keeps these guarantees for any text", () => {
    const nasty = fc.constantFrom(
      ESC,
      `${ESC}[`,
      `${ESC}]`,
      "\u202e",
      "\u200b",
      "\u{e0041}",
      "\n",
      "\ud800",
      "a",
    );
    const text = fc.array(fc.oneof(nasty, fc.string({ unit: ANY_CHARACTER })), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 80 }), (parts, max) => {
        const shown = cleanText(parts.join(""), max);
        expect(shown).not.toMatch(
          /[\p{Cc}\p{Bidi_Control}\u00ad\u200b-\u200d\u2028\u2029\u2060\ufeff\u{e0000}-\u{e007f}]/u,
        );
        expect(shown.isWellFormed()).toBe(true);
        expect([...shown].length).toBeLessThanOrEqual(max);
        expect(shown).toBe(shown.trim());
      }),
      { numRuns: 400 },
    );
  });
});

it("counts in the singular only for one", () => {
  expect([0, 1, 2].map((count) => formatCount(count, "row"))).toEqual(["0 rows", "1 row", "2 rows"]);
  expect([200, 1_000, 45_400].map(formatSeconds)).toEqual(["0.2 seconds", "1 second", "45 seconds"]);
});
