import { type Logger, pino } from "pino";
import { NAME, VERSION } from "../version.ts";
import type { Redactor } from "./redact.ts";
import { traceFields } from "./trace.ts";

export type { Logger } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON lines on stderr, each scrubbed of every known secret. stdout belongs to the protocol. */
export function createLogger(level: LogLevel, redactor: Redactor): Logger {
  // Synchronous, so that the last lines before an exit are not lost.
  const stderr = pino.destination({ dest: 2, sync: true });
  // A reader of stderr that went away must not take the server with it.
  stderr.on("error", () => undefined);
  return pino(
    {
      level,
      base: { name: NAME, version: VERSION },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: traceFields,
    },
    // Scrubbed as a value, not as text: a secret such as "true" must not break the JSON of the line.
    {
      write: (line: string) =>
        void stderr.write(`${JSON.stringify(redactor.redactValue(JSON.parse(line)))}\n`),
    },
  );
}

/** Plain text on stderr, for what is said before there is a logger: a command line nobody can read, a crash. */
export function writeStderr(text: string): void {
  process.stderr.write(text);
}
