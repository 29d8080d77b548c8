import { FAILURE_CODES } from "../errors.ts";
import { isObject } from "../json.ts";
import { cleanText } from "../text.ts";
import { breakLines, NARROWEST } from "../text-lines.ts";
import { NOT_RECORDED } from "./filter.ts";
import type { RecordFields } from "./read-line.ts";
import { showField } from "./show-field.ts";

const OUTCOME_WIDTH = Math.max(...[...FAILURE_CODES, NOT_RECORDED].map(({ length }) => length));

/** Enough to tell writes apart. */
const ID_SHOWN = 8;

const INDENT = "    ";

interface Column {
  readonly title: string;
  /** Fixed, because rows are written before the last one is known. */
  readonly width: number;
  readonly of: (fields: RecordFields) => unknown;
  /** Place in the indented lines below a row that is shown on a terminal; absent for the row itself. */
  readonly below?: number;
}

const COLUMNS: readonly Column[] = [
  { title: "TIME", width: 24, of: ({ time }) => time },
  {
    title: "PERSON",
    width: 28,
    of: ({ caller, principal }) => (isObject(caller) && caller.email) || principal,
    below: 2,
  },
  { title: "TOOL", width: 24, of: ({ tool }) => tool },
  {
    title: "OUTCOME",
    width: OUTCOME_WIDTH,
    of: ({ record, outcome }) => (record === "intent" ? NOT_RECORDED : outcome),
  },
  {
    title: "CHANGED",
    width: 7,
    of: ({ record, changed, dryRun }) => describeChange(record === "intent" ? "maybe" : changed, dryRun),
  },
  { title: "WRITE", width: ID_SHOWN, of: ({ write }) => showField(write).slice(0, ID_SHOWN), below: 1 },
  { title: "DETAILS", width: 0, of: describeDetails, below: 3 },
];

/** The columns of a row on a terminal, which fit into 80 characters, and those below it. */
const ABOVE = COLUMNS.filter(({ below }) => below === undefined);
const BELOW = COLUMNS.filter(({ below }) => below !== undefined).sort(
  (a, b) => (a.below ?? 0) - (b.below ?? 0),
);

/** @param columns the width of the terminal; undefined keeps the row on one line, for programs. */
export function formatHead(columns: number | undefined): string {
  return fitRow(({ title }) => title, columns);
}

/** Formats a record as a row of the table, fitted like its head. Foreign text is made safe to show. */
export function formatRow(fields: RecordFields, isAltered: boolean, columns: number | undefined): string {
  const mark = ({ title }: Column) => (isAltered && title === "OUTCOME" ? " (altered)" : "");
  return fitRow((column) => cleanText(showField(column.of(fields))) + mark(column), columns);
}

/** What goes below a row is indented, so that it can be told from the next one. Even a name without blanks is broken. */
function fitRow(cellOf: (column: Column) => string, columns: number | undefined): string {
  const pad = (column: Column) => cellOf(column).padEnd(column.width);
  if (columns === undefined) return COLUMNS.map(pad).join("  ").trimEnd();
  const width = Math.max(NARROWEST, columns);
  const rest = width - INDENT.length;
  const tooLong = new RegExp(`\\S{${rest}}(?=\\S)`, "gu");
  const breakUp = (text: string, room: number) => breakLines(text.replace(tooLong, "$& "), room, rest);
  const below = BELOW.map(cellOf).filter(Boolean).join("  ");
  return [...breakUp(ABOVE.map(pad).join("  "), width), ...(below === "" ? [] : breakUp(below, rest))].join(
    `\n${INDENT}`,
  );
}

function describeChange(changed: unknown, dryRun: unknown): unknown {
  return dryRun === true ? "dry run" : changed;
}

/** Where the write went and with which of several credentials, where a person agreed, what it made, and what it touched. */
function describeDetails({ tenant, credential, consent, made, targets }: RecordFields): string {
  return [
    ...Object.entries({ tenant, credential, consent, made }),
    ...Object.entries(isObject(targets) ? targets : {}),
  ]
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${showField(value)}`))
    .join(" ");
}
