import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { formatTable, readSection, replaceSection } from "./markdown.ts";
import type { Report } from "./report.ts";

const FILE = join("bench", "RESULTS.md");

const HEADER = `# Results of \`npm run bench\`

What the built server costs, measured as its users experience it: a process that is started with \`node dist/main.js\`, on stdio and over HTTP, by clients of
both protocol eras (2025: revisions up to 2025-11-25; 2026: revision 2026-07-28). There is one section for each major version of Node; \`npm run bench -- --write\`
replaces the section of the version that runs it, and \`--only\` parts of it.

How to read it:

- Times depend on the machine. What carries over are the ratios to a floor that was measured in the same run, taking turns with what it is compared with, all in
  processes that get PATH and HOME and the settings needed, and nothing else.
- Medians, and p10 .. p90 for the spread. Where the spreads of two rows overlap, the difference between their medians means little. Other
  work on the machine makes everything slower and mostly widens the spread; the load average at the start of each part is given (its own work counts into it).
- "met" compares the figure with the project's own aim for it. An aim that was missed says **no**.
- No test depends on any of this.`;

export interface Measured {
  readonly report: Report;
  /** Load average at the start. */
  readonly load: number;
}

export function describeMachine(): string {
  const [first] = cpus();
  const kind = first?.model.replace(/\s+/g, " ").trim() || "processor of unknown kind";
  const date = new Date().toISOString().slice(0, 10);
  return `${cpus().length} cores (${kind}), ${process.platform} ${process.arch}, Node ${process.version}, ${date}`;
}

/** Writes the reports into the section of this version of Node. Returns the file's name. */
export function writeResults(measured: readonly Measured[]): string {
  const old = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
  const heading = `## Node ${process.versions.node.split(".")[0]}`;
  let section = readSection(old, heading) ?? "";
  for (const { report, load } of measured) {
    const machine = `${describeMachine()}; load average when it began: ${load.toFixed(1)}.`;
    const parts = [report.method, machine, ...report.tables.map(formatTable), ...(report.notes ?? [])];
    section = replaceSection(section, `### ${report.title}`, parts.join("\n\n"));
  }
  const kept = old.indexOf("\n## ");
  const sections = kept === -1 ? "" : old.slice(kept);
  writeFileSync(FILE, replaceSection(`${HEADER}\n${sections}`, heading, section));
  return FILE;
}
