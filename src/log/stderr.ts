import type { Logger } from "./logger.ts";

/** Plain text on stderr, for what must be said before there is a logger: an invalid command line, a crash. */
export function writeStderr(text: string): void {
  process.stderr.write(text);
}

/** Whether a person reads stderr, and not a program that wants JSON lines. */
export function isStderrTerminal(): boolean {
  return process.stderr.isTTY === true;
}

/** Says what is wrong with how a command was started: as text to a person at a terminal, as a log line to a program. */
export function reportProblem(logger: Logger, level: "fatal" | "error" | "warn", text: string): void {
  if (isStderrTerminal()) writeStderr(`${text}\n`);
  else logger[level](text);
}
