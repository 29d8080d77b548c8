import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import { createRedactor } from "../log/redact.ts";

/** Lines around a change that are shown with it. */
const CONTEXT = 3;

/** Beyond this many changed lines, finding what the versions share would take seconds; the whole file is then shown. */
const MAX_EDITS = 2_000;

/** What would change, as a unified diff. Values that look secret are masked: the lines around may hold those of other servers. */
export function showDiff(path: string, before: string | undefined, after: string | undefined): string {
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
  return text.trimEnd().split("\n").map(hideSecrets).join("\n");
}

/** The text with LF line ends and one at its end: `init` changes neither. */
function linesOf(text: string | undefined): string {
  const lines = (text ?? "").replace(/\r\n/g, "\n");
  return lines === "" || lines.endsWith("\n") ? lines : `${lines}\n`;
}

const patterns = createRedactor();

/** A value under a name that speaks of secrets, unless it is a placeholder or the path of a file. */
function hideSecrets(line: string): string {
  const named =
    /((["']?)[\w.-]*(?:key|token|secret|passw|auth|credential)[\w.-]*(?<!_FILE)\2\s*[:=]\s*)(["'])(?!\$\{)(?:(?!\3).)+\3/gi;
  return patterns.redact(line.replace(named, '$1"***"'));
}
