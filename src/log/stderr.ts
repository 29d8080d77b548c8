import type { Logger } from "./logger.ts";

/** Writes plain text to stderr, for use before there is a logger: an invalid command line, a crash. */
export function writeStderr(text: string): void {
  process.stderr.write(text);
}

/** Whether stderr is read by a person and not by a program that expects JSON lines. */
export function isStderrTerminal(): boolean {
  return process.stderr.isTTY === true;
}

/** Reports why a command cannot run: as text for a person at a terminal, as a log line for a program. */
export function reportProblem(logger: Logger, level: "fatal" | "error" | "warn", text: string): void {
  if (isStderrTerminal()) writeStderr(`${text}\n`);
  else logger[level](text);
}
