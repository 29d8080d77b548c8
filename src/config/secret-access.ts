import { accessSync, constants, readdirSync, type Stats, statSync } from "node:fs";
import { otherKind } from "../file-kind.ts";

/** As many names as a warning tells. */
const MAX_TOLD = 5;

/** What a look at a secret's file finds, each to follow the name of its variable. */
export interface FileNotes {
  readonly problem?: string;
  /** What does not keep the server from using it. */
  readonly warning?: string;
}

/** Looks at a file without reading it. */
export function lookAtSecretFile(path: string): FileNotes {
  try {
    accessSync(path, constants.R_OK);
    const stats = statSync(path);
    const kind = otherKind(stats);
    if (kind !== undefined) return { problem: `names ${kind}, not a regular file` };
    const mode = findOpenMode(stats);
    if (mode === undefined) return {};
    return { warning: `names a file that is open to others than its owner (mode ${mode})` };
  } catch {
    return { problem: "names a file that does not exist or may not be read" };
  }
}

/** A warning about the files of these names in a folder. */
export function lookAtSecretFiles(dir: string, isSecret: (name: string) => boolean): string | undefined {
  const open = listNames(dir)
    .filter(isSecret)
    .sort()
    .filter((name) => isOpenFile(`${dir}/${name}`));
  if (open.length === 0) return undefined;
  const more = open.length > MAX_TOLD ? ` and ${open.length - MAX_TOLD} more` : "";
  return `holds files that are open to others than their owner: ${open.slice(0, MAX_TOLD).join(", ")}${more}`;
}

/**
 * The mode of a file that others than its owner can use; undefined of one that they cannot. The group counts as others where the
 * file is our own, as ssh has it: what belongs to somebody else, as a mount of Kubernetes does, is read by way of its group.
 */
export function findOpenMode({ mode, uid }: Stats): string | undefined {
  const self = process.getuid?.();
  // Windows has no such modes.
  if (self === undefined) return undefined;
  const open = mode & (uid === self ? 0o077 : 0o007);
  return open === 0 ? undefined : (mode & 0o777).toString(8).padStart(4, "0");
}

function isOpenFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && findOpenMode(stats) !== undefined;
}

function listNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
