import type { Json } from "../json.ts";
import type { Container, TextRange, Tree } from "./json-tree.ts";

interface Edit extends TextRange {
  readonly text: string;
}

/** Adds an item after the last one, in the file's own style: line ends, indentation, trailing comma or none. */
export function insertItem(tree: Tree, container: Container, key: string | undefined, value: Json): string {
  const { text } = tree;
  const last = container.items.at(-1);
  const eol = lineEndOf(text);
  const outer = indentAt(text, container.start);
  if (!last) {
    const comment = commentsWithin(tree, container).at(-1);
    const inner = outer + indentUnitOf(text);
    const item = eol + inner + render(key, value, indentUnitOf(text), eol + inner);
    const start = comment?.end ?? container.start + 1;
    const rest = text.slice(start, container.end - 1);
    const closing = comment && rest.includes("\n") ? rest : eol + outer;
    return apply(text, [{ start, end: container.end - 1, text: item + closing }]);
  }
  const comma = commaAfter(tree, last.end, container.end);
  const behind = endOfLineComments(tree, comma?.end ?? last.end);
  const isOneLine = !text.slice(container.start, last.start).includes("\n") && !behind.lineComment;
  const inner = isOneLine ? "" : ownIndentAt(text, last.start, outer + indentUnitOf(text));
  const space = /[,{[]\s/.test(text.slice(container.start, container.end)) ? " " : "";
  const item = isOneLine
    ? space + render(key, value, "", "")
    : eol + inner + render(key, value, indentUnitOf(text), eol + inner);
  return apply(text, [
    ...(comma ? [] : [{ start: last.end, end: last.end, text: "," }]),
    { start: behind.end, end: behind.end, text: item + (comma ? "," : "") },
  ]);
}

/** Reverses `insertItem`: removes the item and the one comma that came with it. */
export function removeItem(tree: Tree, container: Container, index: number): string {
  const { text } = tree;
  const item = container.items[index];
  if (!item) return text;
  const before = text.slice(0, item.start).trimEnd().length;
  const comma = commaAfter(tree, item.end, container.end);
  const isOnly = container.items.length === 1;
  if (isOnly && commentsWithin(tree, container).length === 0) {
    return apply(text, [{ start: container.start + 1, end: container.end - 1, text: "" }]);
  }
  const earlier = container.items[index - 1];
  const joint = comma || !earlier ? undefined : commaAfter(tree, earlier.end, item.start);
  return apply(text, [
    ...(joint ? [{ ...joint, text: "" }] : []),
    { start: Math.max(before, joint?.end ?? 0), end: comma?.end ?? item.end, text: "" },
  ]);
}

/** Replaces a value. */
export function replaceValue({ text }: Tree, place: TextRange, value: Json): string {
  const indent = indentAt(text, place.start);
  return apply(text, [
    { ...place, text: render(undefined, value, indentUnitOf(text), lineEndOf(text) + indent) },
  ]);
}

export function commentsWithin({ tokens }: Tree, { start, end }: TextRange): TextRange[] {
  return tokens
    .filter((token) => token.type === "LineComment" || token.type === "BlockComment")
    .map(({ range }) => ({ start: range?.[0] ?? 0, end: range?.[1] ?? 0 }))
    .filter((comment) => comment.start >= start && comment.end <= end);
}

/** Lines of the value after the first start with `newLine`; without an indentation unit the value stays on one line. */
function render(key: string | undefined, value: Json, unit: string, newLine: string): string {
  const text = JSON.stringify(value, null, unit).replaceAll("\n", newLine);
  return key === undefined ? text : `${JSON.stringify(key)}: ${text}`;
}

/** The comma after an item, if one comes before the next significant token. */
function commaAfter({ tokens }: Tree, from: number, to: number): TextRange | undefined {
  const next = tokens.find(
    ({ type, range }) => (range?.[0] ?? 0) >= from && (range?.[1] ?? 0) <= to && !type.endsWith("Comment"),
  );
  return next?.type === "Comma" && next.range ? { start: next.range[0], end: next.range[1] } : undefined;
}

/** Comments on the same line belong to the preceding item and stay with it. */
function endOfLineComments({ text, tokens }: Tree, from: number): { end: number; lineComment: boolean } {
  let end = from;
  let lineComment = false;
  for (const { type, range } of tokens) {
    if (!range || range[0] < end || !type.endsWith("Comment")) continue;
    const gap = text.slice(end, range[0]);
    if (gap.includes("\n") || gap.trim() !== "") break;
    end = range[1];
    lineComment = type === "LineComment";
  }
  return { end, lineComment };
}

function apply(text: string, edits: readonly Edit[]): string {
  // Applied from the end. Of two edits at the same position, the text of the first one comes first.
  return edits
    .toReversed()
    .sort((a, b) => b.start - a.start)
    .reduce((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);
}

function lineEndOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** The first indentation in the file serves as the file's indentation unit. */
function indentUnitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
}

/** The indentation of the line at a position. */
function indentAt(text: string, place: number): string {
  const line = text.slice(text.lastIndexOf("\n", place - 1) + 1, place);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** The line's indentation if nothing else precedes the position; otherwise `otherwise`. */
function ownIndentAt(text: string, place: number, otherwise: string): string {
  const indent = indentAt(text, place);
  return text.slice(text.lastIndexOf("\n", place - 1) + 1, place) === indent ? indent : otherwise;
}
