/** Maximum length at which foreign text is shown anywhere, in characters. */
export const MAX_FOREIGN_TEXT = 300;

// biome-ignore lint/suspicious/noControlCharactersInRegex: matches the control characters to remove
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

// Zero-width characters inside words: joiners, soft hyphens, variation selectors and similar. Removing them leaves what a reader
// sees: "co\u00adoperate" is one word.
const JOINERS =
  "\\u00ad\\u034f\\u17b4\\u17b5\\u180b-\\u180d\\u180f\\u200c\\u200d\\u2060-\\u2064\\ufe00-\\ufe0f\\ufeff\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0100}-\\u{e01ef}";

// Characters that separate words, are blank, or change the direction of reading: all white space and control characters, other
// characters that Unicode lets fonts ignore (including tags and Hangul fillers), the blank Braille pattern, and the markers of
// annotations and embedded objects.
const BLANKS =
  "\\p{White_Space}\\p{Cc}\\p{Default_Ignorable_Code_Point}\\p{Bidi_Control}\\u2800\\ufff9-\\ufffc";

const JOINER = new RegExp(`[${JOINERS}]`, "gu");
const BLANK = new RegExp(`[${BLANKS}]+`, "gu");
const HIDDEN = new RegExp(`^[${JOINERS}${BLANKS}]$`, "u");

/**
 * Text as one line without control, ANSI, bidi or invisible characters: inside a word they are removed, between words they become
 * one blank. Texts that look the same on the screen become equal.
 */
export function flattenText(text: string): string {
  return text.replace(ANSI, "").replace(JOINER, "").replace(BLANK, " ").trim();
}

/** Whether a character is white space, a control character or one that does not show. */
export function isHidden(character: string): boolean {
  return HIDDEN.test(character);
}

/** Makes text from a tenant or a caller safe to show: flattened, and at most `max` characters (a cut is marked with an ellipsis). */
export function cleanText(text: string, max: number = MAX_FOREIGN_TEXT): string {
  // Cut before the regular expressions run, so that a huge text costs nothing.
  const line = flattenText(text.slice(0, max * 8)).toWellFormed();
  const characters = Array.from(line);
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : line;
}

/** "1 row", "2 rows". */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "1 second", "0.2 seconds", "45 seconds". */
export function formatSeconds(ms: number): string {
  return formatCount(ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000), "second");
}

/** The quotation mark and its look-alikes. */
const QUOTATION_MARKS = /["\u02ba\u02dd\u02ee\u201c-\u201f\u2033\u2036\u275d\u275e\u301d-\u301f\uff02]/gu;

/**
 * Puts foreign text into a sentence of ours: cleaned, and in quotation marks that it cannot close. Whatever it says, readers can
 * tell that it is data.
 */
export function quoteForeign(text: string, max: number = MAX_FOREIGN_TEXT): string {
  return `"${cleanText(text, max).replace(QUOTATION_MARKS, "'")}"`;
}
