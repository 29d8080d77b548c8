import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatTable, readSection, replaceSection } from "../bench/markdown.ts";
import type { Report } from "./report.ts";

const FILE = join("eval", "RESULTS.md");

const HEADER = `# Results of \`npm run eval\`

What a caller who makes the mistakes of language models achieves with the server's messages alone, and whether any mistake changes the tenant wrongly. No
model was asked. [README.md](README.md) says how each figure is found; \`npm run eval -- --write\` replaces the section "Now".
"Before" is the same suite on the server before its messages were improved by it, kept for comparison.`;

/** Writes the reports into a section. Returns the file's name. */
export function writeResults(reports: readonly Report[], section: string, seed: string): string {
  const old = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
  const heading = `## ${section}`;
  let body = readSection(old, heading) ?? "";
  for (const report of reports)
    body = replaceSection(body, `### ${report.title}`, formatReport(report, seed));
  const kept = old.indexOf("\n## ");
  const sections = kept === -1 ? "" : old.slice(kept);
  writeFileSync(FILE, replaceSection(`${HEADER}\n${sections}`, heading, body));
  return FILE;
}

export function formatReport({ method, tables, notes = [], missed = [] }: Report, seed: string): string {
  const aims = missed.length > 0 ? [`**Missed:** ${missed.join("; ")}.`] : [];
  return [`${method} Seed ${seed}.`, ...tables.map(formatTable), ...aims, ...notes].join("\n\n");
}
