import { readdirSync, statSync } from "node:fs";
import { win32 } from "node:path";

/** What is on a disk, as far as it decides where a client's file is. */
export interface Disk {
  /** The names in a folder; none if there is no such folder. */
  list(folder: string): readonly string[];
  /** When a file or folder was last changed, in ms; undefined if there is none. */
  changedAt(path: string): number | undefined;
}

export const DESKTOP_FILE = "claude_desktop_config.json";

/** The name of Claude Desktop's package, followed by a mark of its publisher. */
const PACKAGE = /^Claude_[a-z0-9]+$/i;

/**
 * The file that Claude Desktop reads on Windows. By many reports, not only the Microsoft Store but its own installer makes a
 * package (MSIX) of it. What a package writes to the user's application data, Windows keeps in a folder of the package, and shows
 * it to the package in place of what is there. Until it has written its file, a package reads the usual one, whose other servers
 * a new file would hide.
 * @param usual the file in the user's application data.
 * @param local the folder of the user's data that does not roam.
 */
export function findDesktopFile(usual: string, local: string, disk: Disk): string {
  const packages = win32.join(local, "Packages");
  const folders = disk
    .list(packages)
    .filter((name) => PACKAGE.test(name))
    .map((name) => win32.join(packages, name, "LocalCache", "Roaming", "Claude"));
  const files = newestFirst(
    folders.map((folder) => win32.join(folder, DESKTOP_FILE)),
    disk,
  );
  const [file] = files;
  if (file !== undefined || disk.changedAt(usual) !== undefined) return file ?? usual;
  const [folder] = newestFirst(folders, disk);
  return folder === undefined ? usual : win32.join(folder, DESKTOP_FILE);
}

/** Whether a file that was found is in the folder of a package. */
export function isOfPackage(file: string): boolean {
  return PACKAGE.test(file.split("\\").at(-5) ?? "");
}

/** Those that exist. The one that Claude Desktop changed last is in use. */
function newestFirst(paths: readonly string[], disk: Disk): string[] {
  return paths
    .flatMap((path) => {
      const at = disk.changedAt(path);
      return at === undefined ? [] : [{ path, at }];
    })
    .sort((one, other) => other.at - one.at)
    .map(({ path }) => path);
}

/** The disk of this machine. */
export const DISK: Disk = {
  list: (folder) => attempt(() => readdirSync(folder)) ?? [],
  changedAt: (path) => attempt(() => statSync(path).mtimeMs),
};

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
