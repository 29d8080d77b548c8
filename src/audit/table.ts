import { isObject } from "../is-object.ts";
import { cleanText } from "../text.ts";
import { NOT_RECORDED } from "./filter.ts";
import type { Fields } from "./read-line.ts";

/** Columns with fixed widths, because rows are written before the last one is known. */
const COLUMNS: readonly (readonly [title: string, width: number, of: (fields: Fields) => unknown])[] = [
  ["TIME", 24, ({ time }) => time],
  ["PERSON", 28, ({ caller, principal }) => (isObject(caller) && caller.email) || principal],
  ["TOOL", 24, ({ tool }) => tool],
  ["OUTCOME", 16, ({ record, outcome }) => (record === "intent" ? NOT_RECORDED : outcome)],
  [
    "CHANGED",
    7,
    ({ record, changed, dryRun }) => describeChange(record === "intent" ? "maybe" : changed, dryRun),
  ],
  ["TARGETS", 0, ({ targets }) => describeTargets(targets)],
];

export const TABLE_HEAD = formatCells(COLUMNS.map(([title]) => title));

/** Formats a record as a row of the table. Foreign text is made safe to show. */
export function formatRow(fields: Fields): string {
  return formatCells(COLUMNS.map(([, , of]) => cleanText(String(of(fields) ?? ""))));
}

function formatCells(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(COLUMNS[index]?.[1] ?? 0))
    .join("  ")
    .trimEnd();
}

function describeChange(changed: unknown, dryRun: unknown): unknown {
  return dryRun === true ? "dry run" : changed;
}

function describeTargets(targets: unknown): string {
  if (typeof targets !== "object" || targets === null) return "";
  return Object.entries(targets)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : value}`)
    .join(" ");
}
