/**
 * Characters that a reader cannot see or would mistake for something else: control, format, private and unassigned characters,
 * every blank but the ordinary one, letters and symbols that look empty, and look-alikes of our quotation mark.
 */
const DECEPTIVE =
  /[\p{C}\p{Default_Ignorable_Code_Point}\u2800\u02ba\u02dd\u02ee\u201c-\u201f\u2033\u2036\u275d\u275e\u301d-\u301f\uff02]|(?! )\p{Z}/gu;

/** Wide gaps would push the following text to a new line where the display wraps. */
const PADDING = /(?<= ) /g;

/**
 * A text as a JSON string of visible characters: it stays on its line, ends where its quotation marks end, and parses back to the
 * original.
 */
export function quote(text: string): string {
  return JSON.stringify(text).replace(DECEPTIVE, escapeCharacter).replace(PADDING, "\\u0020");
}

function escapeCharacter(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
