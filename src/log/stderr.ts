import { fitLines } from "../text-lines.ts";
import type { Logger } from "./logger.ts";

/** Writes text for people to stderr, fitted into the terminal if there is one. */
export function tellPerson(text: string): void {
  const { isTTY, columns } = process.stderr;
  // A terminal of unknown size reports 0.
  process.stderr.write(fitLines(text, (isTTY && columns) || undefined));
}

/** Whether stderr is read by a person and not by a program that expects JSON lines. */
export function isStderrTerminal(): boolean {
  return process.stderr.isTTY === true;
}

/** Reports why a command cannot run, or what to know about it: as text for a person at a terminal, as a log line for a program. */
export function reportProblem(
  logger: Logger,
  level: "fatal" | "error" | "warn" | "info",
  text: string,
): void {
  if (isStderrTerminal()) tellPerson(`${text}\n`);
  else logger[level](text);
}
