import { describeProblems } from "../config/load.ts";
import type { Problem } from "../config/problem.ts";
import type { Logger } from "../log/logger.ts";
import { isStderrTerminal, tellPerson } from "../log/stderr.ts";

/**
 * Reports what is wrong with the configuration: as one text for a person at a terminal, and for programs as one log line each,
 * whose `code` and `setting` can be searched for.
 */
export function reportProblems(
  logger: Logger,
  level: "fatal" | "error",
  heading: string,
  problems: readonly Problem[],
): void {
  if (problems.length === 0) return;
  if (isStderrTerminal()) {
    tellPerson(`${heading}:\n${describeProblems(problems)}\n`);
    return;
  }
  for (const { code, setting, message } of problems) {
    logger[level]({ code, setting }, `${heading}: ${setting} ${message}`);
  }
}
