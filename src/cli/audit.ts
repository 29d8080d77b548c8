import { realpathSync, statSync } from "node:fs";
import { type AnchorPoint, formatAnchor, parseAnchor } from "../audit/anchor.ts";
import { type Filter, NOT_RECORDED } from "../audit/filter.ts";
import type { RecordFields } from "../audit/read-line.ts";
import { formatVerification } from "../audit/report.ts";
import { type Shown, showRecords } from "../audit/show.ts";
import { formatHead, formatRow } from "../audit/table.ts";
import { type Verification, verifyFiles } from "../audit/verify.ts";
import { TOOL_NAMES } from "../config/tool-names.ts";
import { FAILURE_CODES } from "../errors.ts";
import { describeFileError } from "../init/describe-file-error.ts";
import { tellPerson } from "../log/stderr.ts";
import { formatHint, nearestName } from "../nearest.ts";
import { cleanText } from "../text.ts";
import type { Arguments } from "./args.ts";
import { exitCodeOf } from "./interrupt.ts";
import { OutputError, type Printer } from "./output.ts";

const ACTIONS = { verify, anchor, show } as const;
type Action = keyof typeof ACTIONS;

/** The flags that each action reads. */
const FLAGS = {
  verify: ["anchor", "json"],
  anchor: ["anchor"],
  show: ["person", "tool", "outcome", "since", "until", "json"],
} as const satisfies Readonly<Record<Action, readonly (keyof Arguments)[]>>;

const EXIT_CODES: Readonly<Record<Verification["verdict"], number>> = {
  intact: 0,
  tampered: 1,
  incomplete: 3,
};

interface Means {
  readonly stop: AbortSignal;
  readonly output: Printer;
}

/** A problem with the command line or with reading a file, as opposed to a file's content. */
class Unusable extends Error {}

/**
 * `audit`: reads audit files and changes nothing. Returns 0 if they are intact, 1 if they were tampered with, 2 if that could not
 * be determined, and 3 if nothing is wrong but not everything could be checked.
 */
export async function runAudit(args: Arguments, stop: AbortSignal, output: Printer): Promise<number> {
  const [action = "", ...files] = args.words ?? [];
  try {
    if (!Object.hasOwn(ACTIONS, action))
      throw new Unusable(
        `audit needs verify, anchor or show, and then files${formatHint(nearestName(action, Object.keys(ACTIONS)))}`,
      );
    if (files.length === 0) throw new Unusable(`audit ${action} needs at least one file`);
    refuseIdle(action as Action, args);
    refuseTwice(files);
    return await ACTIONS[action as Action](files, args, { stop, output });
  } catch (error) {
    if (error instanceof OutputError) throw error;
    if (stop.aborted) return exitCodeOf(stop);
    tellPerson(`${describeError(error)}\n${error instanceof Unusable ? "Try audit --help.\n" : ""}`);
    return 2;
  }
}

function describeError(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) return message;
  return code === "ENOENT"
    ? `There is no file ${path}.`
    : `${path} cannot be read: ${describeFileError(error)}.`;
}

async function verify(files: readonly string[], args: Arguments, { stop, output }: Means): Promise<number> {
  const result = await verifyFiles(files, readAnchor(args), stop);
  const anchorText = formatAnchor(result.anchor);
  if (args.json) await output.print(`${JSON.stringify({ ...result, anchor: anchorText }, null, 2)}\n`);
  else await output.say(formatVerification(result));
  return EXIT_CODES[result.verdict];
}

/** Prints only the anchor, for scripts; prints none for files that were tampered with. */
async function anchor(files: readonly string[], args: Arguments, { stop, output }: Means): Promise<number> {
  const result = await verifyFiles(files, readAnchor(args), stop);
  if (result.verdict === "tampered") tellPerson(formatVerification(result));
  else await output.print(`${formatAnchor(result.anchor)}\n`);
  return EXIT_CODES[result.verdict];
}

async function show(files: readonly string[], args: Arguments, { stop, output }: Means): Promise<number> {
  const filter = readFilter(args);
  let found = 0;
  let rows = "";
  const flush = async () => {
    const text = rows;
    rows = "";
    if (text !== "") await output.print(text);
  };
  const take = (fields: RecordFields, line: () => string, isAltered: boolean) => {
    // A line for programs cannot be marked.
    if (args.json && isAltered) return;
    if (found === 0 && !args.json) rows += `${formatHead(output.columns)}\n`;
    found += 1;
    rows += `${args.json ? line() : formatRow(fields, isAltered, output.columns)}\n`;
  };
  const shown = await showRecords(files, filter, { take, flush }, stop);
  const isFiltered = Object.keys(filter).length > 0;
  if (found === 0 && !args.json) await output.say(`${describeNothing(isFiltered, shown)}\n`);
  const notes = describeShown(shown, args.json === true);
  if (notes.length > 0) tellPerson(`${notes.join("\n")}\n`);
  return 0;
}

/** A line that cannot be read may be the attempt that somebody looks for. */
function describeNothing(isFiltered: boolean, { damaged }: Shown): string {
  if (isFiltered) return damaged > 0 ? "No attempts that can be read match." : "No attempts match.";
  return damaged > 0 ? "No line can be read as an attempt." : "There are no attempts.";
}

/** What `show` saw besides the records. */
function describeShown({ damaged, altered, conversions, logs }: Shown, isForPrograms: boolean): string[] {
  const leftOut = damaged + (isForPrograms ? altered : 0);
  const marked = isForPrograms ? 0 : altered;
  const notes = conversions.map((text) => `${text}.`);
  const ofLogs = logs.map((file) => `${file} is a log: only the lines of an audit file can be verified.`);
  if (marked > 0)
    notes.push(`${marked === 1 ? "1 line was" : `${marked} lines were`} altered, and marked where shown.`);
  if (leftOut > 0)
    notes.push(
      leftOut === 1
        ? "1 line is incomplete or was altered, and was left out."
        : `${leftOut} lines are incomplete or were altered, and were left out.`,
    );
  return notes.length > 0 ? [...ofLogs, ...notes, "`audit verify` tells more."] : ofLogs;
}

function readAnchor({ anchor: text }: Arguments): readonly AnchorPoint[] {
  if (text === undefined) return [];
  const points = parseAnchor(text);
  if (!points)
    throw new Unusable(
      "--anchor is not what `audit anchor` prints: chain:seq:hash, with commas between several",
    );
  return points;
}

function readFilter({ person, tool, outcome, since, until }: Arguments): Filter {
  return {
    ...(person !== undefined && { person }),
    ...(tool !== undefined && { tool: readName("tool", tool, TOOL_NAMES) }),
    ...(outcome !== undefined && { outcome: readName("outcome", outcome, OUTCOMES) }),
    ...(since !== undefined && { since: readTime("--since", since) }),
    ...(until !== undefined && { until: readTime("--until", untilEnd(until)) }),
  };
}

const OUTCOMES = ["ok", NOT_RECORDED, ...FAILURE_CODES];

/** A misspelt name would match nothing, and look as if nothing had happened. */
function readName(flag: "tool" | "outcome", text: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  const hint = formatHint(nearestName(text, known)) || `: one of ${known.join(", ")}`;
  throw new Unusable(`--${flag}: there is no ${flag} ${cleanText(text, 60)}${hint}`);
}

/** A date means all of its day, in UTC. */
const untilEnd = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text.trim()) ? `${text.trim()}T23:59:59.999Z` : text;

function readTime(flag: string, text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new Unusable(`${flag} must be a time such as 2026-01-31 or 2026-01-31T09:00:00Z`);
  return time;
}

/** A flag of another action would have no effect, and look as if it had one. */
function refuseIdle(action: Action, args: Arguments): void {
  const own: readonly string[] = FLAGS[action];
  const idle = Object.values(FLAGS)
    .flat()
    .filter((flag) => args[flag] !== undefined && !own.includes(flag));
  if (idle.length === 0) return;
  const named = [...new Set(idle)].map((flag) => `--${flag}`);
  throw new Unusable(`audit ${action} has no flag ${named.join(" and no flag ")}`);
}

/** The same records twice would look as if someone had inserted them. */
function refuseTwice(files: readonly string[]): void {
  const seen = new Set<string>();
  for (const file of files) {
    const path = realpathSync(file);
    if (statSync(path).isDirectory()) throw new Unusable(`${file} is a folder.`);
    if (seen.has(path)) throw new Unusable(`${file} is given twice`);
    seen.add(path);
  }
}
