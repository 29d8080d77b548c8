import type { Problem } from "../config/problem.ts";

/** Whether the configuration check has reported a problem with a secret's variable, or with the one that names its file. */
export function isReported(problems: readonly Problem[], variable: string): boolean {
  return problems.some(({ setting }) => setting === variable || setting === `${variable}_FILE`);
}
