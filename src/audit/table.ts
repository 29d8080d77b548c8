import { FAILURE_CODES } from "../errors.ts";
import { isObject } from "../is-object.ts";
import { cleanText } from "../text.ts";
import { breakLines } from "../text-lines.ts";
import { NOT_RECORDED } from "./filter.ts";
import type { RecordFields } from "./read-line.ts";

const OUTCOME_WIDTH = Math.max(...[...FAILURE_CODES, NOT_RECORDED].map(({ length }) => length));

/** Enough to tell writes apart. */
const ID_SHOWN = 8;

/** Narrower terminals get rows of this width. */
const NARROWEST = 40;

const INDENT = "    ";

/** Columns with fixed widths, because rows are written before the last one is known. */
const COLUMNS: readonly (readonly [title: string, width: number, of: (fields: RecordFields) => unknown])[] = [
  ["TIME", 24, ({ time }) => time],
  ["PERSON", 28, ({ caller, principal }) => (isObject(caller) && caller.email) || principal],
  ["TOOL", 24, ({ tool }) => tool],
  ["OUTCOME", OUTCOME_WIDTH, ({ record, outcome }) => (record === "intent" ? NOT_RECORDED : outcome)],
  [
    "CHANGED",
    7,
    ({ record, changed, dryRun }) => describeChange(record === "intent" ? "maybe" : changed, dryRun),
  ],
  ["WRITE", ID_SHOWN, ({ write }) => String(write ?? "").slice(0, ID_SHOWN)],
  ["TARGETS", 0, ({ targets, made }) => describeTargets(targets, made)],
];

/** @param columns the width of the terminal; undefined keeps the row on one line, for programs. */
export function formatHead(columns: number | undefined): string {
  return fitRow(formatCells(COLUMNS.map(([title]) => title)), columns);
}

/** Formats a record as a row of the table, fitted like its head. Foreign text is made safe to show. */
export function formatRow(fields: RecordFields, columns: number | undefined): string {
  return fitRow(formatCells(COLUMNS.map(([, , of]) => cleanText(String(of(fields) ?? "")))), columns);
}

/** What goes below a row is indented, so that it can be told from the next one. Even a name without blanks is broken. */
function fitRow(row: string, columns: number | undefined): string {
  if (columns === undefined) return row;
  const width = Math.max(NARROWEST, columns);
  const rest = width - INDENT.length;
  const tooLong = new RegExp(`\\S{${rest}}(?=\\S)`, "gu");
  return breakLines(row.replace(tooLong, "$& "), width, rest).join(`\n${INDENT}`);
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

function describeTargets(targets: unknown, made: unknown): string {
  return Object.entries({ ...(isObject(targets) && targets), ...(made !== undefined && { made }) })
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(", ") : value}`)
    .join(" ");
}
