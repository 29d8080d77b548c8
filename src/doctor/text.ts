import type { Report, Result } from "./finding.ts";

/** Colours a text, where colours can be seen. */
export type Paint = (code: number, text: string) => string;

const COLOURS: Readonly<Record<Result, number>> = { ok: 32, warn: 33, fail: 31, skip: 2 };

/** The report as text for people: a line for each finding, and one below it for the fix. */
export function formatReport({ tenant, checks, ok }: Report, paint: Paint): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.flatMap(({ check, result, detail, fix }) => {
    const head = `${paint(COLOURS[result], result.padEnd(4))}  ${check.padEnd(width)}  `;
    const gap = " ".repeat(6 + width + 2);
    return [head + detail, ...(fix === undefined ? [] : [`${gap}${paint(1, "fix:")} ${fix}`])];
  });
  const count = (result: Result) => checks.filter((line) => line.result === result).length;
  const warnings = count("warn") === 1 ? "1 warning" : `${count("warn")} warnings`;
  const end = ok
    ? paint(32, `Nothing known stops the job (${warnings}).`)
    : paint(31, `${count("fail")} failed, ${warnings}.`);
  return [`Tenant: ${tenant ?? "not known"}`, "", ...lines, "", end, ""].join("\n");
}
