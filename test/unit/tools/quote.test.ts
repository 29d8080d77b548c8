import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote } from "../../../src/tools/quote.ts";
import { ANY_CHARACTER } from "../../support/any-character.ts";

describe("quote", () => {
  it.each([
    ["Acme CRM", '"Acme CRM"'],
    ['Acme" (dry run, nothing is sent)', '"Acme\\" (dry run, nothing is sent)"'],
    ["Acme\nifExists: fail", '"Acme\\nifExists: fail"'],
    ["a\u2028b\u2029c\u0085d", '"a\\u2028b\\u2029c\\u0085d"'],
    ["\u202ekcab\u2066", '"\\u202ekcab\\u2066"'],
    ["\u2800".repeat(2), '"\\u2800\\u2800"'],
    ["zero\u200bwidth\ufeff\u00ad", '"zero\\u200bwidth\\ufeff\\u00ad"'],
    ["Hangul \u3164\u115f\uffa0", '"Hangul \\u3164\\u115f\\uffa0"'],
    ["a\u00a0b\u3000c", '"a\\u00a0b\\u3000c"'],
    ["tag \u{e0041}", '"tag \\udb40\\udc41"'],
    ["private \ue000, lone \ud800", '"private \\ue000, lone \\ud800"'],
    ["\u001b[2J\u0000\u007f", '"\\u001b[2J\\u0000\\u007f"'],
    ["a    b ", '"a \\u0020\\u0020\\u0020b "'],
    ["Acme\u201d, \u201cx\uff02", '"Acme\\u201d, \\u201cx\\uff02"'],
    ["back\\u202eslash", '"back\\\\u202eslash"'],
    ["Zoë Ødegård, 東京, Ελλάς, 🦦", '"Zoë Ødegård, 東京, Ελλάς, 🦦"'],
    ["", '""'],
  ])("%j is shown as %s", (text, shown) => {
    expect(quote(text)).toBe(shown);
  });

  it("is one line that parses back to the original text, without anything invisible", () => {
    const text = fc.oneof(
      fc.string({ unit: ANY_CHARACTER }),
      fc.string({ unit: fc.constantFrom(" ", '"', "\\", "\n") }),
    );
    fc.assert(
      fc.property(text, (given) => {
        const shown = quote(given);
        expect(JSON.parse(shown)).toBe(given);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\u2800]| {2}/u);
        expect(shown.slice(1, -1)).not.toMatch(/(?<!\\)(?:\\\\)*"/);
      }),
      { numRuns: 1_000 },
    );
  });
});
