import { VISIBILITIES } from "./cells.ts";
import type { Verdict } from "./run-cell.ts";

/** Formats the verdicts as a table: a row per write, fault and moment, a column per visibility. */
export function formatTable(verdicts: readonly Verdict[]): string {
  const rows = new Map<string, string[]>();
  for (const { cell, said, holds, sends, problems } of verdicts) {
    const key = [cell.write.name, cell.fault.name, cell.when].join("\t");
    const cells = rows.get(key) ?? [...key.split("\t"), ...VISIBILITIES.map(() => "")];
    cells[3 + VISIBILITIES.indexOf(cell.visibility)] =
      `${said}, holds ${holds}${sends > 1 ? `, sent ${sends}x` : ""}${problems.length > 0 ? " WRONG" : ""}`;
    rows.set(key, cells);
  }
  const head = ["write", "fault", "commit", ...VISIBILITIES.map(({ name }) => `visible ${name}`)];
  const lines = [head, ...rows.values()];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const show = (line: readonly string[]) =>
    line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width));
  return [show(head), show(rule), ...[...rows.values()].map(show)].join("\n");
}

/** Counts the verdicts, in one line. */
export function summarise(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>();
  for (const { said } of verdicts) counts.set(said, (counts.get(said) ?? 0) + 1);
  const wrong = verdicts.filter(({ problems }) => problems.length > 0).length;
  const most = Math.max(...verdicts.map(({ holds }) => holds));
  const longest = Math.max(...verdicts.map(({ tookMs }) => tookMs));
  const parts = [...counts].map(([said, count]) => `${count} ${said}`);
  return `${verdicts.length} cells: ${parts.join(", ")}; ${wrong} wrong; at most ${most} object each; longest ${(longest / 1000).toFixed(1)} s of the tenant's time.`;
}
