import { accessSync, constants, existsSync, readdirSync, type Stats, statSync } from "node:fs";
import { otherKind } from "../file-kind.ts";
import { holdsClientSecret, SECRET_AS_PATH } from "./client-id.ts";
import type { Problem } from "./problem.ts";

/** How many files a warning names. */
const MAX_NAMED = 5;

export interface FileNotes {
  readonly problem?: Problem;
  /** A problem that does not prevent using the file. */
  readonly warning?: Problem;
}

/**
 * Checks a secret's file without reading it.
 * @param setting the variable that names the file.
 */
export function lookAtSecretFile(setting: string, path: string): FileNotes {
  if (holdsClientSecret(path)) {
    const fix = `Put the secret into a file, and the path of that file into ${setting}.`;
    return { problem: { code: "unreadable_file", setting, message: SECRET_AS_PATH, fix } };
  }
  try {
    accessSync(path, constants.R_OK);
    const stats = statSync(path);
    const kind = otherKind(stats);
    if (kind !== undefined) {
      const message = `names ${kind}, not a regular file`;
      const fix = `Put the secret into a regular file of its own and name that in ${setting}.`;
      return { problem: { code: "irregular_file", setting, message, fix } };
    }
    const mode = findOpenMode(stats);
    if (mode === undefined) return {};
    return {
      warning: openToOthers(setting, `names a file that is open to others besides its owner (mode ${mode})`),
    };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const message = `names a file that ${isMissing ? "does not exist" : "this user may not read"}${showPath(path)}`;
    const fix = `Create that file, let this user read it, or correct ${setting}.`;
    return { problem: { code: "unreadable_file", setting, message, fix } };
  }
}

/**
 * The path after a colon, if it leads out of a folder that exists, other than the root. Otherwise it may be a secret that was put
 * where its path belongs, which is not shown.
 */
export function showPath(path: string): string {
  const [, folder] = /^((?:[A-Za-z]:)?[\\/]?[^\\/]+)[\\/]/.exec(path) ?? [];
  return folder && existsSync(folder) && !/\p{C}/u.test(path) ? `: ${path}` : "";
}

/**
 * A warning about a folder's secrets if others can access their files.
 * @param setting the variable that names the folder.
 */
export function lookAtSecretFiles(
  setting: string,
  dir: string,
  isSecret: (name: string) => boolean,
): Problem | undefined {
  const open = listNames(dir)
    .filter(isSecret)
    .sort()
    .filter((name) => isOpenFile(`${dir}/${name}`));
  if (open.length === 0) return undefined;
  const more = open.length > MAX_NAMED ? ` and ${open.length - MAX_NAMED} more` : "";
  const named = open.slice(0, MAX_NAMED).join(", ");
  return openToOthers(setting, `holds files that are open to others besides their owner: ${named}${more}`);
}

function openToOthers(setting: string, message: string): Problem {
  const fix = "Let nobody but the server's user read it: chmod 600, or less.";
  return { code: "file_open_to_others", setting, message, fix };
}

/**
 * The mode of a file that others besides its owner can access; undefined if they cannot. As with ssh, the group counts only for a
 * file that this user owns: a file of another owner, such as one in a Kubernetes mount, is read through its group.
 */
export function findOpenMode({ mode, uid }: Stats): string | undefined {
  const self = process.getuid?.();
  // Windows has no file modes of this kind.
  if (self === undefined) return undefined;
  const open = mode & (uid === self ? 0o077 : 0o007);
  return open === 0 ? undefined : (mode & 0o777).toString(8).padStart(4, "0");
}

function isOpenFile(path: string): boolean {
  try {
    const stats = statSync(path);
    return stats.isFile() && findOpenMode(stats) !== undefined;
  } catch {
    return false;
  }
}

function listNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
