import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText } from "../../../src/text.ts";
import { findOddity, trimBlanks } from "../../../src/tools/find-oddity.ts";
import { ANY_CHARACTER } from "../../support/any-character.ts";

describe("findOddity", () => {
  it.each([
    ["Zed\u00a0One", "must be plain text: character 4 is a no-break space (U+00A0)"],
    ["Zed  One", "must be plain text: two spaces at character 4"],
    ["Zed\tOne", "must be plain text: character 4 is a tab (U+0009)"],
    ["Zed\nOne", "must be one line: character 4 is a line break (U+000A)"],
    ["Zed\u0085One", "must be one line: character 4 is a line break (U+0085)"],
    ["Zed\u2028One", "must be one line: character 4 is a line break (U+2028)"],
    ["Zed\u2003One", "must be plain text: character 4 is a special space (U+2003)"],
    ["Zed\u200bOne", "must be plain text: character 4 is a zero-width space (U+200B)"],
    [
      "Zed\u202eOne",
      "must be plain text: character 4 is a mark that turns the direction of reading (U+202E)",
    ],
    ["Zed\u2060One", "must be plain text: character 4 is one that does not show (U+2060)"],
    ["Zed\u3164One", "must be plain text: character 4 is one that does not show (U+3164)"],
    ["\u{1f642}\u{e0041}", "must be plain text: character 2 is one that does not show (U+E0041)"],
    ["\u2764\ufe0f", "must be plain text: character 2 is a variation selector, as in some emoji (U+FE0F)"],
    ["a\u200db", "must be plain text: character 2 is a zero-width joiner, as in some emoji (U+200D)"],
    ["a\u0007", "must not contain control characters: character 2 is U+0007"],
    ["a\ud83d", "must be plain text: character 2 is half of a character (U+D83D)"],
  ])("says what is wrong with the line %j", (text, message) => {
    expect(findOddity(text, "line")).toBe(message);
  });

  it("gives the position in the untrimmed argument", () => {
    expect(findOddity(" \tZed\u200bOne ", "line")).toContain("character 6 is");
    expect(findOddity(" \t ", "line")).toBeUndefined();
  });

  it("allows white space in paragraphs, but nothing invisible", () => {
    expect(findOddity("One\r\n\ttwo  three\u00a0\u3000four\u2028", "paragraphs")).toBeUndefined();
    for (const hidden of ["\u0007", "\u0085", "\u200b", "\u202e", "\ufe0f", "\u2800", "\ud83d"]) {
      expect(findOddity(`a\n${hidden}`, "paragraphs")).toContain("character 3 is");
    }
  });

  it("objects to a trimmed line exactly if it would be shown differently", () => {
    const text = fc.oneof(
      fc.string({ unit: ANY_CHARACTER, maxLength: 12 }),
      fc.string({ unit: fc.constantFrom("a", " ", "\u00a0", "\u200d", "\u202e", "\u3164", "é") }),
    );
    const property = fc.property(text, (any) => {
      expect(findOddity(any, "line") === undefined).toBe(cleanText(any) === trimBlanks(any));
    });
    fc.assert(property, { numRuns: 3_000 });
  });
});
