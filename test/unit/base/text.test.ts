import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, MAX_FOREIGN_TEXT } from "../../../src/text.ts";
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
    ["zero-width characters", "a\u200bb\u200dc\u2060d\ufeffe", "a b c d e"],
    ["soft hyphen", "a\u00adb", "a b"],
    ["tag characters", "hi\u{e0049}\u{e0047}\u{e004e}there", "hi there"],
    ["interlinear annotation", "a\ufff9b\ufffbc", "a b c"],
    ["half a surrogate pair", "a\ud83db", "a\ufffdb"],
    ["blanks around", "  a   b  ", "a b"],
    ["nothing", "", ""],
    ["nothing to see", "\u200b\u0000 \n", ""],
  ])("%s", (_name, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it("cuts at the cap and marks the cut", () => {
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
  ])("is quick on ten million %s", (_name, unit) => {
    const text = unit.repeat(10_000_000 / unit.length);
    const started = cpuMs();
    expect(cleanText(text).length).toBeLessThanOrEqual(MAX_FOREIGN_TEXT);
    expect(cpuMs() - started).toBeLessThan(300);
  });

  it("keeps its promises for any text", () => {
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
    const text = fc.array(fc.oneof(nasty, fc.string({ unit: "binary" })), { maxLength: 60 });
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
