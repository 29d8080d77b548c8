import type { Logger as Pino } from "pino";
import { NAME, VERSION } from "../version.ts";
import { openStderr } from "./open-stderr.ts";
import { readPino } from "./pino.ts";
import type { Redactor } from "./redact.ts";
import { traceFields } from "./trace.ts";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const METHODS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

const SEVERITIES: readonly (LogLevel | "fatal")[] = [...METHODS, "silent"];

/** The part of pino's logger that the code uses. */
export type Logger = Pick<Pino, (typeof METHODS)[number]> & {
  child(bindings: object, options?: { readonly level: LogLevel }): Logger;
};

/** JSON lines on stderr, with every known secret masked. stdout belongs to the protocol. */
export function createLogger(level: LogLevel, redactor: Redactor): Logger {
  return onFirstUse(level, () => createPino(level, redactor));
}

/** A line below the level must not load pino, which a first call would wait for. */
function onFirstUse(level: LogLevel, make: () => Pino): Logger {
  let made: Pino | undefined;
  const pino = () => {
    made ??= make();
    return made;
  };
  const least = SEVERITIES.indexOf(level);
  const log = (method: (typeof METHODS)[number]) => (first: object, text?: string) => {
    if (SEVERITIES.indexOf(method) >= least) pino()[method](first, text);
  };
  return {
    ...(Object.fromEntries(METHODS.map((method) => [method, log(method)])) as Omit<Logger, "child">),
    child: (bindings, options) => onFirstUse(options?.level ?? level, () => pino().child(bindings, options)),
  };
}

function createPino(level: LogLevel, redactor: Redactor): Pino {
  const pino = readPino();
  const stderr = openStderr(pino.destination, (dropped) =>
    logger.warn({ dropped }, "lines are missing here, because stderr could not be written for a while"),
  );
  const logger = pino(
    {
      level,
      base: { name: NAME, version: VERSION },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: traceFields,
    },
    // Masked as a value, not as text: a secret such as "true" must not break the JSON of the line.
    {
      write: (line: string) => {
        const fields = JSON.parse(line) as { audit?: true; record?: string };
        // An audit record is masked already, and more sparingly. Its own time, if it has one, has taken the place of the line's.
        const isRecord = fields.audit && fields.record;
        stderr.write(`${JSON.stringify(isRecord ? fields : redactor.redactValue(fields))}\n`);
      },
    },
  );
  return logger;
}
