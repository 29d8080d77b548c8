import { NAME, VERSION } from "../../src/version.ts";
import type { LiveBench } from "./bench.ts";
import { isCreate, type Step } from "./job.ts";
import { hide, type Seen } from "./recorder.ts";

export interface Answered {
  readonly title: string;
  readonly answers: readonly { readonly what: string; readonly found: string }[];
}

/** A report for readers who did not see the run. Secrets and addresses are masked in the whole text. */
export function formatReport(
  bench: LiveBench,
  steps: readonly Step[],
  answered: readonly Answered[],
  failures: readonly string[],
): string {
  const { tenant, redactor } = bench.settings;
  const parts = [
    `# ${NAME} ${VERSION} on ${tenant.tenant}\n`,
    `${new Date().toISOString()}, credential: ${tenant.credential.kind}, Node ${process.version}.`,
    "The apps it made have names that start with `c1-admin-mcp live`; their connectors are in them. Delete them in the C1 console.\n",
    failures.length === 0
      ? "The whole job was done."
      : `The job was NOT done:\n\n${failures.map((line) => `- ${line}`).join("\n")}`,
    "\n## The job\n",
    table(
      ["step", "", "result"],
      steps.map(({ what, ok, result }) => [what, ok ? "ok" : "no", result]),
    ),
    ...answered.flatMap(({ title, answers }, index) => [
      `\n## ${index + 1}. ${title}\n`,
      table(
        ["asked", "found"],
        answers.map(({ what, found }) => [what, found]),
      ),
    ]),
    "\n## Requests\n",
    table(["request", "status", "times", "ms (median)"], summarize(bench.seen)),
    `\nCreates that may have left something behind: ${bench.seen.filter((one) => isCreate(one) && (one.status ?? 200) < 300).length}.`,
    "\n## Shapes of the answers\n",
    ...shapes(bench.seen),
  ];
  return `${hide(parts.join("\n"), redactor)}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}

function summarize(seen: readonly Seen[]): string[][] {
  const groups = new Map<string, number[]>();
  for (const { method, path, status, ms } of seen) {
    const key = `${method} ${path}\n${status ?? "no answer"}`;
    groups.set(
      key,
      [...(groups.get(key) ?? []), ms].sort((one, other) => one - other),
    );
  }
  return [...groups].map(([key, times]) => [
    ...key.split("\n"),
    String(times.length),
    String(times[Math.floor(times.length / 2)]),
  ]);
}

/** The shape of the first successful response of each operation. */
function shapes(seen: readonly Seen[]): string[] {
  const first = new Map<string, unknown>();
  for (const { method, path, shape } of seen) {
    const key = `${method} ${path}`;
    if (shape !== undefined && !first.has(key)) first.set(key, shape);
  }
  return [...first].map(
    ([key, shape]) => `${key}\n\n\`\`\`json\n${JSON.stringify(shape, null, 1)}\n\`\`\`\n`,
  );
}
