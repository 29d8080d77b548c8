import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatTable } from "./markdown.ts";
import { openObservatory } from "./observe.ts";
import { type PartName, parseOptions, USAGE } from "./options.ts";
import { endAll } from "./processes.ts";
import type { Bench, Part, Report } from "./report.ts";
import { describeMachine, writeResults } from "./results.ts";

/*
 * `npm run bench`: what the built server costs, as its users meet it, beside floors measured in the same run. It judges
 * nothing: an aim that is missed is printed as missed. See bench/RESULTS.md for how to read it.
 */

/** Something hangs if it takes longer. */
const MAX_MS = 40 * 60_000;

const PARTS: Readonly<Record<PartName, () => Promise<Part>>> = {
  start: async () => (await import("./start.ts")).measureStarts,
  latency: async () => (await import("./latency.ts")).measureLatency,
  throughput: async () => (await import("./throughput.ts")).measureThroughput,
  memory: async () => (await import("./memory.ts")).measureMemory,
  tokens: async () => (await import("./tokens.ts")).countTokens,
  size: async () => (await import("./size.ts")).measureSize,
  scale: async () => (await import("./scale.ts")).measureScale,
  peers: async () => (await import("./peers.ts")).measurePeers,
  soak: async () => (await import("./soaked.ts")).measureSoak,
};

async function run(): Promise<void> {
  const options = parseOptions(process.argv.slice(3));
  const main = join(resolve(options.dist), "main.js");
  const observatory = await openObservatory(main);
  const folder = mkdtempSync(join(tmpdir(), "c1-bench-"));
  const bench: Bench = { ...options, folder, main, observatory, progress };
  const started = performance.now();
  say(`${describeMachine()}\n`);
  try {
    const reports: { name: PartName; report: Report; load: number }[] = [];
    for (const name of options.parts) {
      const [load = 0] = loadavg();
      const report = await (await PARTS[name]())(bench);
      progress("");
      say(
        `${report.title} (load average when it began: ${load.toFixed(1)})\n${report.tables.map(formatTable).join("\n\n")}`,
      );
      for (const note of report.notes ?? []) say(note);
      say("");
      reports.push({ name, report, load });
    }
    say(`${((performance.now() - started) / 1000).toFixed(0)} s${options.quick ? ", a quick look" : ""}`);
    if (options.write) say(`written: ${writeResults(reports)}`);
  } finally {
    await observatory.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One line that is overwritten, in a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

const watchdog = setTimeout(() => leave(new Error("the bench took too long")), MAX_MS);
process.once("SIGINT", () => leave(new Error("broken off")));

async function leave(error: unknown): Promise<never> {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
  await endAll();
  process.exit(1);
}

if (process.argv.includes("--help")) say(USAGE);
else await run().catch(leave);
clearTimeout(watchdog);
