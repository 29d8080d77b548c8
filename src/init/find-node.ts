import { realpathSync } from "node:fs";
import { posix, win32 } from "node:path";

/**
 * The path by which a client should start Node. Clients that are started from a desktop have another PATH than a terminal, so
 * that it must be absolute; and of the paths that lead to the running Node the one on PATH is best, because package managers
 * keep it through an upgrade.
 * @param execPath the running Node, links followed.
 */
export function findNode(
  execPath: string,
  { PATH = "" }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const { delimiter, join, isAbsolute, basename } = platform === "win32" ? win32 : posix;
  const candidates = PATH.split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, basename(execPath)));
  return candidates.find((path) => leadsTo(path, execPath)) ?? execPath;
}

function leadsTo(path: string, target: string): boolean {
  try {
    return realpathSync(path) === realpathSync(target);
  } catch {
    return false;
  }
}
