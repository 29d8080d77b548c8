import { constants, type Stats } from "node:fs";

/** Open flag: without it, opening a pipe that has no other end would block the whole process. Windows has no such flag. */
export const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** What a non-regular file is, to complete "it is …"; undefined for a regular file. */
export function otherKind(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** Throws unless it is a regular file: other kinds can block, and do not keep what is written to them. */
export function requireFile(stats: Stats): void {
  const kind = otherKind(stats);
  if (kind !== undefined) throw new Error(`it is ${kind}, not a regular file`);
}
