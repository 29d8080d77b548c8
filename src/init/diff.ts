import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import { createRedactor } from "../log/redact.ts";
import type { Paint } from "../text-lines.ts";

/** Unchanged lines shown around each change. */
const CONTEXT = 3;

/** Computing a minimal diff of more changed lines would take seconds, so the whole file is shown instead. */
const MAX_EDITS = 2_000;

const COLOURS: Readonly<Record<string, number>> = { "+": 32, "-": 31, "@": 36 };

/**
 * The change as a unified diff. Values that look secret are masked, because the lines around it may contain those of other
 * servers.
 */
export function showDiff(
  path: string,
  before: string | undefined,
  after: string | undefined,
  paint: Paint = (_code, text) => text,
): string {
  const [old, now] = [linesOf(before), linesOf(after)];
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
    .map((line) => paintLine(hideSecrets(line), paint))
    .join("\n");
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

/** Masks a value whose name suggests a secret, unless it is a placeholder or a file path. */
function hideSecrets(line: string): string {
  const named =
    /((["']?)[\w.-]*(?:key|token|secret|passw|auth|credential)[\w.-]*(?<!_FILE)\2\s*[:=]\s*)(["'])(?!\$\{)(?:(?!\3).)+\3/gi;
  return patterns.redact(line.replace(named, '$1"***"'));
}
