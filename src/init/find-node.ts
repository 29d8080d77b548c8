import { existsSync, realpathSync } from "node:fs";
import { posix, win32 } from "node:path";

/**
 * The path by which a client should start Node. It must be absolute, because clients started from a desktop have a different PATH
 * than a terminal. Of the paths that lead to the running Node, the one on PATH is best, because package managers keep it across
 * upgrades.
 * @param execPath the running Node, with links resolved.
 */
export function findNode(
  execPath: string,
  { PATH = "" }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  return listCandidates(execPath, PATH, platform).find((path) => leadsTo(path, execPath)) ?? execPath;
}

/** Whether the name alone starts this Node in a terminal with this PATH. */
export function isFirstOnPath(
  node: string,
  { PATH = "" }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): boolean {
  return listCandidates(node, PATH, platform).find((path) => path === node || existsSync(path)) === node;
}

function listCandidates(node: string, PATH: string, platform: NodeJS.Platform): string[] {
  const { delimiter, join, isAbsolute, basename } = platform === "win32" ? win32 : posix;
  return PATH.split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, basename(node)));
}

function leadsTo(path: string, target: string): boolean {
  try {
    return realpathSync(path) === realpathSync(target);
  } catch {
    return false;
  }
}
