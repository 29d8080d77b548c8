import { formatCount } from "../text.ts";
import { breakLines, NARROWEST, type Paint } from "../text-lines.ts";
import { type CheckLine, isUnreached, type Report, type Result } from "./finding.ts";

const COLOURS: Readonly<Record<Result, number>> = { ok: 32, warn: 33, fail: 31, skip: 2 };

/** Findings that a person must act on come first. */
const ORDER: readonly Result[] = ["fail", "warn", "ok", "skip"];

/** A line of the report; `check` may also count several of them. */
type Row = Omit<CheckLine, "check"> & { readonly check: string };

/**
 * Formats the report for people: what is wrong and how to fix it, then what could not be checked, then what is in order, each as
 * compactly as possible.
 * @param columns where to break lines; undefined keeps each finding on one line, for programs.
 */
export function formatReport({ tenant, checks, ok }: Report, paint: Paint, columns?: number): string {
  const missed = checks.filter(isUnreached).map(({ check }) => check);
  const count = formatCount(missed.length, "check");
  const reached = checks.filter((line) => !isUnreached(line));
  const rows: readonly Row[] = [
    ...ORDER.flatMap((wanted) => joinAlike(reached.filter(({ result }) => result === wanted))).map(nameRow),
    ...(missed.length > 0
      ? [{ result: "skip" as const, check: count, detail: `not reached: ${missed.join(", ")}` }]
      : []),
  ];
  const width = Math.max(...rows.map(({ check }) => check.length));
  const indent = " ".repeat(6 + width + 2);
  const room = columns === undefined ? undefined : Math.max(NARROWEST, columns) - indent.length;
  // A command stays whole, so that it can be copied: what is too long for its place begins further left.
  const shift = (line: string) => indent.slice(0, Math.max(2, (columns ?? 0) - line.length));
  const under = (text: string) =>
    room === undefined
      ? text
      : breakLines(text, room)
          .map((line, index) => (index === 0 ? "" : `\n${line.length > room ? shift(line) : indent}`) + line)
          .join("");
  const lines = rows.flatMap(({ check, result, detail, fix }) => [
    `${paint(COLOURS[result], result.padEnd(4))}  ${check.padEnd(width)}  ${under(detail)}`,
    ...(fix === undefined ? [] : [indent + under(`fix: ${fix}`).replace("fix:", paint(1, "fix:"))]),
  ]);
  const number = (wanted: Result) => checks.filter(({ result }) => result === wanted).length;
  const warnings = formatCount(number("warn"), "warning");
  const unknown =
    missed.length === 0 ? "" : `, but ${count} ${missed.length === 1 ? "was" : "were"} not made`;
  const end = ok
    ? paint(unknown === "" ? 32 : 33, `No problems found (${warnings})${unknown}.`)
    : paint(31, `${number("fail")} failed, ${warnings}.`);
  return [`Tenant: ${tenant ?? "not known"}`, "", ...lines, "", end, ""].join("\n");
}

/** Settings that are in order must not look like the opposite of a fault in another one. */
function nameRow(line: CheckLine): Row {
  return line.check === "configuration" && line.result === "ok" ? { ...line, check: "settings" } : line;
}

/** Merges findings that say the same of several subjects, and all findings of a check that is in order or could not run. */
function joinAlike(lines: readonly CheckLine[]): CheckLine[] {
  const sayings = groupBy(lines, ({ check, subject, detail, fix }) =>
    JSON.stringify([check, subject === undefined, detail, fix]),
  ).map((alike) => {
    const [first] = alike;
    const subjects = alike.flatMap(({ subject }) => subject ?? []).join(", ");
    return { ...first, detail: subjects === "" ? first.detail : `${subjects}: ${first.detail}` };
  });
  return groupBy(sayings, ({ check, result }, index) =>
    result === "ok" || result === "skip" ? check : String(index),
  ).map((same) => ({ ...same[0], detail: same.map(({ detail }) => detail).join("; ") }));
}

function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T, index: number) => string,
): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item, index);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
