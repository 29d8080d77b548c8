import { MODEL_USAGE } from "./model/options.ts";
import { type PartName, parseOptions, USAGE } from "./options.ts";
import { type Bench, openBench, reportPairs, reportSingles, reportTasks, reportWorse } from "./parts.ts";
import type { Report } from "./report.ts";
import { reportFinding } from "./report-finding.ts";
import { reportInjection } from "./report-injection.ts";
import { formatReport, writeResults } from "./results.ts";

/*
 * `npm run eval`: measures whether callers can correct their mistakes by the server's messages, and whether any mistake causes a
 * wrong change. Exit code 1 if an aim is missed. See eval/README.md.
 */

const PARTS: Readonly<Record<PartName, readonly ((bench: Bench) => Promise<Report>)[]>> = {
  tasks: [reportTasks],
  finding: [reportFinding],
  injection: [reportInjection],
  closure: [reportSingles, reportPairs],
  worse: [reportWorse],
};

async function run(): Promise<void> {
  if (process.argv.includes("--model")) {
    const { parseModelOptions } = await import("./model/options.ts");
    const { runModel } = await import("./model/run.ts");
    say(await runModel(parseModelOptions(process.argv.slice(3)), process.env));
    return;
  }
  const options = parseOptions(process.argv.slice(3));
  const started = performance.now();
  const bench = await openBench(options);
  const reports: Report[] = [];
  for (const report of options.parts.flatMap((part) => PARTS[part])) {
    const found = await report(bench);
    say(`${found.title}\n\n${formatReport(found, options.seed)}\n`);
    reports.push(found);
  }
  say(`${((performance.now() - started) / 1000).toFixed(0)} s`);
  if (options.write) say(`written: ${writeResults(reports, options.section, options.seed)}`);
  const missed = reports.flatMap(({ title, missed: own = [] }) => own.map((aim) => `- ${title}: ${aim}`));
  say(missed.length > 0 ? `Aims missed, so the exit code is 1:\n${missed.join("\n")}` : "All aims are met.");
  if (missed.length > 0) process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (process.argv.includes("--help")) say(`${USAGE}\n${MODEL_USAGE}`);
else {
  await run().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 2;
  });
}
