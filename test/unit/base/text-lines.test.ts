import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { breakLines, fitLines } from "../../../src/text-lines.ts";

const PROSE =
  "Nothing was changed because somebody edited the entry, and it may hold what nobody wants to lose.";

describe("fitLines", () => {
  it("leaves a text for programs as it is", () => {
    expect(fitLines(`${PROSE} ${PROSE}\n`, undefined)).toBe(`${PROSE} ${PROSE}\n`);
  });

  it.each([
    [
      "prose goes on at the left",
      "One two three four five six seven eight nine ten.",
      "One two three four five six seven eight\nnine ten.",
    ],
    [
      "an indented line goes on further in",
      "   summary: one two three four five six seven eight",
      "   summary: one two three four five six\n     seven eight",
    ],
    [
      "a list goes on below its text",
      "  1. one two three four five six seven eight nine",
      "  1. one two three four five six seven\n     eight nine",
    ],
    [
      "a path gets a line of its own and is not broken",
      "The file is /home/jane/.config/Claude/claude_desktop_config.json now.",
      "The file is\n/home/jane/.config/Claude/claude_desktop_config.json\nnow.",
    ],
    [
      "a command between backticks, blanks and all, too",
      '  2. Check it: `"/opt/my node/node" /opt/c1/dist/main.js doctor cursor`',
      '  2. Check it:\n     `"/opt/my node/node" /opt/c1/dist/main.js doctor cursor`',
    ],
    [
      "JSON is broken between its members, not within a name",
      '   create_app {"displayName":"Acme CRM","owners":["jane.doe@acme.example"]}',
      '   create_app {"displayName":"Acme CRM",\n     "owners":["jane.doe@acme.example"]}',
    ],
    [
      "a long text between quotation marks is broken between words, too",
      'It says "the policy of this app lets nobody approve for others", and "Jane Roe" agrees.',
      'It says "the policy of this app lets\nnobody approve for others", and\n"Jane Roe" agrees.',
    ],
    [
      "a line of a diff goes on below its text",
      '+  env_vars = ["CONDUCTORONE_CLIENT_ID", "NO_PROXY"]',
      '+  env_vars = ["CONDUCTORONE_CLIENT_ID",\n   "NO_PROXY"]',
    ],
    ["lines that fit, and empty ones, stay", "One.\n\n  two\n", "One.\n\n  two\n"],
  ])("%s", (_case, text, expected) => {
    expect(fitLines(text, 40)).toBe(expected);
  });

  it("does not count colours, and keeps them", () => {
    const red = (text: string) => `\u001b[31m${text}\u001b[0m`;
    const words = "one two three four five six seven eight";
    expect(fitLines(red(words), 40)).toBe(red(words));
    expect(fitLines(red(`${words} nine`), 40)).toBe(red(`${words}\nnine`));
    expect(fitLines(red(`4. ${words} nine`), 40)).toBe(
      red("4. one two three four five six seven\n   eight nine"),
    );
    expect(fitLines(`  ${red(`  ${words}`)}`, 40)).toBe(
      `  ${red("  one two three four five six seven\n      eight")}`,
    );
  });

  it("a terminal of no width to speak of gets lines that can be read", () => {
    expect(fitLines(PROSE, 3)).toBe(fitLines(PROSE, 40));
  });

  it("loses nothing, and breaks no word, whatever the text", () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('"', "`", '"a b"', "`c d`", ',"', "  "),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), fc.integer({ min: 1, max: 90 }), (words, columns) => {
        const text = words.join(" ").replace(/\s+/g, " ").trim();
        const fitted = fitLines(text, columns);
        expect(fitted.replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
        for (const line of fitted.split("\n"))
          if (line.length > Math.max(40, columns)) expect(breakLines(line.trim(), 40)).toHaveLength(1);
      }),
    );
  });
});

it("takes time in proportion to the text", () => {
  const text = `${'"'.repeat(20_000)} ${"`".repeat(20_001)} ${",".repeat(20_000)}`;
  expect(fitLines(text, 80).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
});
