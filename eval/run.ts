import { type PartName, parseOptions, USAGE } from "./options.ts";
import { type Bench, openBench, reportPairs, reportSingles, reportTasks, reportWorse } from "./parts.ts";
import type { Report } from "./report.ts";
import { reportFinding } from "./report-finding.ts";
import { formatReport, writeResults } from "./results.ts";

/*
 * `npm run eval`: whether callers who err find their way by the server's words, and whether any mistake changes the tenant
 * wrongly. Exit code 1 when an aim is missed. See eval/README.md.
 */

const PARTS: Readonly<Record<PartName, readonly ((bench: Bench) => Promise<Report>)[]>> = {
  tasks: [reportTasks],
  finding: [reportFinding],
  closure: [reportSingles, reportPairs],
  worse: [reportWorse],
};

async function run(): Promise<void> {
  const options = parseOptions(process.argv.slice(3));
  const started = performance.now();
  const bench = options.parts.every((p) => p === "finding") ? ({} as Bench) : await openBench(options);
  const reports: Report[] = [];
  for (const report of options.parts.flatMap((part) => PARTS[part])) {
    const found = await report(bench);
    say(`${found.title}\n\n${formatReport(found, options.seed)}\n`);
    reports.push(found);
  }
  say(`${((performance.now() - started) / 1000).toFixed(0)} s`);
  if (options.write) say(`written: ${writeResults(reports, options.section, options.seed)}`);
  if (reports.some(({ missed = [] }) => missed.length > 0)) process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (process.argv.includes("--help")) say(USAGE);
else await run();
