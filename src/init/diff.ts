import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import { createRedactor } from "../log/redact.ts";
import { breakLines, NARROWEST, type Paint } from "../text-lines.ts";

/** Unchanged lines shown around each change. */
const CONTEXT = 3;

/** Computing a minimal diff of more changed lines would take seconds, so the whole file is shown instead. */
const MAX_EDITS = 2_000;

const COLOURS: Readonly<Record<string, number>> = { "+": 32, "-": 31, "@": 36 };

/** More of a line than anybody reads. Looking for secrets in much longer ones would take minutes. */
const MAX_SHOWN = 2_000;

/** How much further in the rest of a folded line stands than its beginning. */
const HANGING = "    ";

/**
 * The change as a unified diff. Values that look secret are masked, because the lines around it may contain those of other
 * servers, and what could act on a terminal is written out.
 * @param columns the width of a terminal: longer lines are folded there, and unchanged ones cut; undefined keeps them, for programs.
 */
export function showDiff(
  path: string,
  before: string | undefined,
  after: string | undefined,
  paint: Paint = (_code, text) => text,
  columns?: number,
): string {
  const [old, now] = [hideLongSecrets(linesOf(before)), hideLongSecrets(linesOf(after))];
  const name = (text: string | undefined) => (text === undefined ? "/dev/null" : path);
  const make = (from: string, to: string, options: object) =>
    structuredPatch(name(before), name(after), from, to, undefined, undefined, {
      context: CONTEXT,
      ...options,
    });
  const patch = make(old, now, { maxEditLength: MAX_EDITS });
  const hunks = patch ? patch.hunks : [...make(old, "", {}).hunks, ...make("", now, {}).hunks];
  const text = formatPatch({ ...make("", "", {}), hunks }, FILE_HEADERS_ONLY);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => cut(writeOut(hideSecrets(line.slice(0, 2 * MAX_SHOWN))), MAX_SHOWN))
    .flatMap((line) => (columns === undefined ? [line] : foldLine(line, Math.max(NARROWEST, columns))))
    .map((line) => paintLine(line, paint))
    .join("\n");
}

/** Control characters and those that change the direction of reading, as JSON and TOML escape them. */
function writeOut(line: string): string {
  return line.replace(
    /(?!\t)[\p{Cc}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Each part of a changed line begins with its mark, so that it cannot be taken for an unchanged one. */
function foldLine(line: string, width: number): string[] {
  if (line.length <= width || /^(?:---|\+\+\+|@@) /.test(line)) return [line];
  const mark = line.charAt(0);
  if (mark === " ") return [cut(line, width)];
  const [start = ""] = /^.\s*/.exec(line) ?? [];
  // Deep indentation must leave room for the text.
  const indent = start.slice(0, width / 2);
  const room = width - indent.length - HANGING.length;
  const piece = new RegExp(`.{1,${room}}`, "gu");
  const [first = "", ...others] = breakLines(line.slice(start.length), room).flatMap(
    (part) => part.match(piece) ?? [],
  );
  return [indent + first, ...others.map((other) => indent + HANGING + other)];
}

function cut(line: string, length: number): string {
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

function paintLine(line: string, paint: Paint): string {
  const colour = COLOURS[line.charAt(0)];
  return colour === undefined ? line : paint(colour, line);
}

/** The text with LF line ends and a final newline, because `init` changes neither. */
function linesOf(text: string | undefined): string {
  const lines = (text ?? "").replace(/\r\n/g, "\n");
  return lines === "" || lines.endsWith("\n") ? lines : `${lines}\n`;
}

const patterns = createRedactor();

const NAME = "[\\w.-]*(?:key|token|secret|passw|auth|credential)[\\w.-]*(?<!_FILE)";

const QUOTED = "([\"'])(?:\\\\.|(?!\\2).)*(?:\\2|$)";

/** A value in quotation marks, which may be in it behind a backslash, unless it is a placeholder without a default. */
const NAMED = new RegExp(
  `((["']?)(?<![\\w.-])${NAME}\\2\\s*[:=]\\s*)(["'])(?!\\$\\{(?:(?:env|input):)?\\w[\\w.-]*\\}\\3)(?:\\\\.|(?!\\3).)+(?:\\3|$)`,
  "gi",
);
const FLAG = new RegExp(`((?<![\\w.-])--${NAME}=)[^\\s"',]+`, "gi");
const FLAG_BEFORE = new RegExp(`(["']--${NAME}["']\\s*,\\s*)${QUOTED}`, "gi");
const LOGIN = /(:\/\/)[^\s"'/@]+@/g;

/** A flag whose value is on the next line. */
const FLAG_ABOVE = new RegExp(`["']--${NAME}["']\\s*,?\\s*$`, "i");
const FIRST = new RegExp(`^(\\s*,?\\s*)${QUOTED}`);

/** The beginning of a value of several lines in TOML. */
const LONG = new RegExp(`(?<![\\w.-])${NAME}["']?\\s*=\\s*("""|''')`, "i");

/** Masks a value whose name suggests a secret, unless it is a placeholder or a file path, and what stands before an address's host. */
function hideSecrets(line: string): string {
  const hidden = line
    .replace(NAMED, '$1"***"')
    .replace(FLAG, "$1***")
    .replace(FLAG_BEFORE, '$1"***"')
    .replace(LOGIN, "$1***@");
  return patterns.redact(hidden);
}

/** The same for values of which a line alone has no name. */
function hideLongSecrets(text: string): string {
  let mark = "";
  let isBelowFlag = false;
  const hideBelow = (line: string): string => {
    const hidden = isBelowFlag ? line.replace(FIRST, '$1"***"') : line;
    isBelowFlag = line.length <= MAX_SHOWN && FLAG_ABOVE.test(line);
    return hidden;
  };
  const hide = (line: string): string => {
    const found = mark === "" && /"""|'''/.test(line) ? LONG.exec(line.slice(0, MAX_SHOWN)) : undefined;
    if (mark === "" && !found) return line;
    const from = found ? found.index + found[0].length : 0;
    mark = found?.[1] ?? mark;
    const end = line.indexOf(mark, from);
    if (end !== -1) mark = "";
    return `${line.slice(0, from)}***${end === -1 ? "" : line.slice(end)}`;
  };
  return text.split("\n").map(hideBelow).map(hide).join("\n");
}
