import { pino } from "pino";

/**
 * pino, for the first line that is logged. The build defers loading it until then (build.mjs), because most processes log
 * nothing.
 */
export const readPino = (): typeof pino => pino;
