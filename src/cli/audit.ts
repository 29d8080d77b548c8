import { realpathSync } from "node:fs";
import { type AnchorPoint, formatAnchor, parseAnchor } from "../audit/anchor.ts";
import type { Filter } from "../audit/filter.ts";
import type { Fields } from "../audit/read-line.ts";
import { formatVerification } from "../audit/report.ts";
import { showRecords } from "../audit/show.ts";
import { formatRow, TABLE_HEAD } from "../audit/table.ts";
import { type Verification, verifyFiles } from "../audit/verify.ts";
import { tellPerson } from "../log/stderr.ts";
import type { Arguments } from "./args.ts";
import { exitCodeOf } from "./interrupt.ts";
import { type Output, OutputError } from "./output.ts";

const ACTIONS = { verify, anchor, show } as const;

const EXIT_CODES: Readonly<Record<Verification["verdict"], number>> = {
  intact: 0,
  tampered: 1,
  incomplete: 3,
};

interface Means {
  readonly stop: AbortSignal;
  readonly output: Output;
}

/** A problem with the command line or with reading a file, as opposed to a file's content. */
class Unusable extends Error {}

/**
 * `audit`: reads audit files and changes nothing. Returns 0 if they are intact, 1 if they were tampered with, 2 if that could not
 * be determined, and 3 if nothing is wrong but not everything could be checked.
 */
export async function runAudit(args: Arguments, stop: AbortSignal, output: Output): Promise<number> {
  const [action = "", ...files] = args.words ?? [];
  try {
    if (!Object.hasOwn(ACTIONS, action))
      throw new Unusable("audit needs verify, anchor or show, and then files");
    if (files.length === 0) throw new Unusable(`audit ${action} needs at least one file`);
    refuseTwice(files);
    return await ACTIONS[action as keyof typeof ACTIONS](files, args, { stop, output });
  } catch (error) {
    if (error instanceof OutputError) throw error;
    if (stop.aborted) return exitCodeOf(stop);
    tellPerson(`${(error as Error).message}\n${error instanceof Unusable ? "Try audit --help.\n" : ""}`);
    return 2;
  }
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
  let rows = args.json ? "" : `${TABLE_HEAD}\n`;
  const flush = async () => {
    const text = rows;
    rows = "";
    if (text !== "") await output.print(text);
  };
  const take = (fields: Fields, line: string) => {
    rows += `${args.json ? line : formatRow(fields)}\n`;
  };
  const { damaged } = await showRecords(files, readFilter(args), { take, flush }, stop);
  if (damaged > 0)
    tellPerson(`${damaged} lines are no whole records and were left out: \`audit verify\` tells more.\n`);
  return 0;
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
    ...(tool !== undefined && { tool }),
    ...(outcome !== undefined && { outcome }),
    ...(since !== undefined && { since: readTime("--since", since) }),
    ...(until !== undefined && { until: readTime("--until", until) }),
  };
}

function readTime(flag: string, text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new Unusable(`${flag} must be a time such as 2026-01-31 or 2026-01-31T09:00:00Z`);
  return time;
}

/** The same records twice would look as if someone had inserted them. */
function refuseTwice(files: readonly string[]): void {
  const seen = new Set<string>();
  for (const file of files) {
    const path = realpathSync(file);
    if (seen.has(path)) throw new Unusable(`${file} is given twice`);
    seen.add(path);
  }
}
