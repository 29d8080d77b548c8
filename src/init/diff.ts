import { createRedactor } from "../log/redact.ts";

/** Lines around a change that are shown with it. */
const CONTEXT = 3;

/** Beyond this many pairs of lines the changed region is shown whole. */
const MAX_PAIRS = 4_000_000;

type Line = readonly [mark: " " | "-" | "+", text: string];

/** What would change, in the form of a unified diff. Values that look secret are masked: other servers' stand near. */
export function showDiff(path: string, before: string | undefined, after: string | undefined): string {
  const lines = compare(linesOf(before), linesOf(after));
  const shown = lines.map((_line, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(([mark]) => mark !== " "),
  );
  const body = lines.flatMap(([mark, text], index) => {
    if (!shown[index]) return [];
    const starts = !shown[index - 1];
    return [...(starts ? [hunkHeader(lines, index)] : []), `${mark}${hideSecrets(text)}`];
  });
  const name = (text: string | undefined) => (text === undefined ? "/dev/null" : path);
  return [`--- ${name(before)}`, `+++ ${name(after)}`, ...body].join("\n");
}

function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function hunkHeader(lines: readonly Line[], index: number): string {
  const earlier = lines.slice(0, index);
  const count = (gone: string) => earlier.filter(([mark]) => mark !== gone).length + 1;
  return `@@ line ${count("+")} -> line ${count("-")} @@`;
}

/** The longest common subsequence, after what is common at both ends. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < Math.min(before.length, after.length) - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const same = (lines: readonly string[]) => lines.map((line): Line => [" ", line]);
  return [
    ...same(before.slice(0, head)),
    ...compareMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(tail === 0 ? [] : before.slice(-tail)),
  ];
}

function compareMiddle(before: readonly string[], after: readonly string[]): Line[] {
  const gone = (line: string): Line => ["-", line];
  const come = (line: string): Line => ["+", line];
  if (before.length * after.length > MAX_PAIRS) return [...before.map(gone), ...after.map(come)];
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push([" ", before[i] ?? ""]);
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(gone(before[i] ?? ""));
      i += 1;
    } else {
      lines.push(come(after[j] ?? ""));
      j += 1;
    }
  }
  return lines;
}

const patterns = createRedactor();

/** A value under a name that speaks of secrets, unless it is a placeholder or the path of a file. */
function hideSecrets(line: string): string {
  const named =
    /((["']?)[\w.-]*(?:key|token|secret|passw|auth|credential)[\w.-]*(?<!_FILE)\2\s*[:=]\s*)(["'])(?!\$\{)(?:(?!\3).)+\3/gi;
  return patterns.redact(line.replace(named, '$1"***"'));
}
