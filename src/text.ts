/** Longest piece of foreign text that is shown anywhere, in characters. */
export const MAX_FOREIGN_TEXT = 300;

// ANSI escapes first (so that their letters go too), then C0/C1 controls, bidi controls, zero-width and tag characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/**
 * Makes text that came from a tenant or a caller safe to show: one line, no control, ANSI, bidi or
 * invisible characters, at most `max` characters (the cut is marked with an ellipsis).
 */
export function cleanText(text: string, max: number = MAX_FOREIGN_TEXT): string {
  // Cut before the regular expressions run, so that a huge text costs nothing.
  const line = text
    .slice(0, max * 8)
    .replace(ANSI, "")
    .replace(INVISIBLE, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .toWellFormed();
  const characters = Array.from(line);
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : line;
}
