/** Colours a text if colours can be displayed. */
export type Paint = (code: number, text: string) => string;

/** Narrower terminals get lines of this width, because text in a narrower column cannot be read. */
export const NARROWEST = 40;

// biome-ignore lint/suspicious/noControlCharactersInRegex: matches the colours to be left out of the count
const COLOUR = /\u001b\[[\d;]*m/g;

/**
 * What stays together on a line: a word, a command between backticks, a text between quotation marks. JSON without blanks may be
 * broken after the commas between its members. Blanks belong to what they follow.
 */
const PIECE = /(?:`[^`]*`|"[^"]*"|\S)+?(?:,(?=["{[])|\s+|$)/g;

/** A longer text between quotation marks is broken between words as well. */
const LONGEST_QUOTE = 45;

/** A line's indentation and its marker, coloured or not: "  1. ", "- ", or that of a diff with what follows it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches colours
const INDENTATION = /^((?:\s|\u001b\[[\d;]*m)*)((?:\d+\.|-) |[-+]\s*)?/;

/**
 * Breaks a text into lines of at most `width` characters, between words only: a longer word gets a line of its own.
 * @param rest the width of all lines but the first.
 */
export function breakLines(text: string, width: number, rest = width): string[] {
  const lines: string[] = [];
  for (const piece of piecesOf(text)) {
    const last = lines.at(-1);
    const room = lines.length > 1 ? rest : width;
    if (last !== undefined && widthOf(last + piece.trimEnd()) <= room) lines[lines.length - 1] = last + piece;
    else lines.push(piece);
  }
  return lines.map((line) => line.trimEnd());
}

function piecesOf(text: string): string[] {
  const pieces = text.match(PIECE) ?? [""];
  return pieces.flatMap((piece) =>
    piece.length <= LONGEST_QUOTE || piece.includes("`") ? [piece] : (piece.match(/\S+\s*/g) ?? [piece]),
  );
}

/**
 * Fits a text into a terminal. The rest of a line that is too long goes below its text: further in than an indented line itself,
 * so that its end can be told from the next one.
 * @param columns the width of the terminal; undefined returns the text as it is, for programs.
 */
export function fitLines(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  const width = Math.max(NARROWEST, columns);
  return text
    .split("\n")
    .flatMap((line) => (widthOf(line) <= width ? [line] : fitLine(line, width)))
    .join("\n");
}

function fitLine(line: string, width: number): string[] {
  const [start = "", blanks = "", marker = ""] = INDENTATION.exec(line) ?? [];
  const indent = widthOf(start);
  const hanging = marker === "" && widthOf(blanks) > 0 ? indent + 2 : indent;
  const [first = "", ...others] = breakLines(line.slice(start.length), width - indent, width - hanging);
  return [start + first, ...others.map((other) => " ".repeat(hanging) + other)];
}

function widthOf(text: string): number {
  return text.replace(COLOUR, "").length;
}
