import { isHidden } from "../text.ts";

/** Which invisible characters a text may contain. */
export type Layout = "line" | "paragraphs";

/** Characters that get a name of their own, because people paste them unknowingly. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["\t", "a tab"],
  ["\u00a0", "a no-break space"],
  ["\u00ad", "a soft hyphen"],
  ["\u200b", "a zero-width space"],
  ["\u200d", "a zero-width joiner, as in some emoji"],
  ["\ufe0f", "a variation selector, as in some emoji"],
]);

/**
 * What is wrong with a text to be stored: the first character that readers cannot see, or cannot distinguish from another one. A
 * line without such characters is shown as it is, except for surrounding blanks; in paragraphs, white space of every kind is
 * allowed.
 */
export function findOddity(text: string, layout: Layout): string | undefined {
  const line = layout === "line";
  let position = line ? text.search(/[^ \t]|$/) : 0;
  let last = "";
  for (const character of line ? trimBlanks(text) : text) {
    position += 1;
    if (isOdd(character, layout)) return describeOddity(character, position);
    if (line && character === " " && last === " ") {
      return `must be plain text: two spaces at character ${position - 1}`;
    }
    last = character;
  }
  return undefined;
}

/** Removes the blanks around a line. */
export function trimBlanks(line: string): string {
  return line.replace(/^[ \t]+|[ \t]+$/g, "");
}

function isOdd(character: string, layout: Layout): boolean {
  if (character === " ") return false;
  if (!character.isWellFormed()) return true;
  if (layout === "paragraphs" && (/[\t\r\n]/.test(character) || /[\p{Zs}\p{Zl}\p{Zp}]/u.test(character)))
    return false;
  return isHidden(character);
}

function describeOddity(character: string, position: number): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const at = `character ${position} is`;
  if (/[\r\n\u2028\u2029\u0085]/.test(character)) return `must be one line: ${at} a line break (U+${code})`;
  const name = NAMES.get(character);
  if (name !== undefined) return `must be plain text: ${at} ${name} (U+${code})`;
  if (/\p{Cc}/u.test(character)) return `must not contain control characters: ${at} U+${code}`;
  if (/\p{Zs}/u.test(character)) return `must be plain text: ${at} a special space (U+${code})`;
  if (/\p{Bidi_Control}/u.test(character))
    return `must be plain text: ${at} a mark that turns the direction of reading (U+${code})`;
  if (!character.isWellFormed()) return `must be plain text: ${at} half of a character (U+${code})`;
  return `must be plain text: ${at} one that does not show (U+${code})`;
}
