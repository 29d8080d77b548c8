import { pino } from "pino";

/** pino, for the first line that is logged. The build makes this read it only then (build.mjs): most starts log nothing. */
export const readPino = (): typeof pino => pino;
