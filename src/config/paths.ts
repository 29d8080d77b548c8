import { accessSync, constants, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { z } from "zod/v3";
import type { ValueFault } from "./problem.ts";
import { showPath } from "./secret-access.ts";
import { isFolder } from "./small-file.ts";

/** Replaces a leading `~` by the user's home folder: no shell does that for a form or for a client's file. */
export function expandHome(path: string): string {
  return /^~(?=$|[\\/])/.test(path) ? process.getBuiltinModule("node:os").homedir() + path.slice(1) : path;
}

/** The path of a file or folder. */
export const path = z.string().transform(expandHome);

const MISSING_FOLDER: ValueFault = {
  code: "missing_folder",
  fix: (setting) => `Create that folder or correct ${setting}.`,
};

const UNWRITABLE_FILE: ValueFault = {
  code: "unwritable_file",
  fix: (setting) => `Set ${setting} to a file that this user can write, in a folder that exists.`,
};

/** Clients start servers in folders that nobody chose, such as the root. */
const RELATIVE: PathFault = {
  message: "is not a full path, so what it names depends on where the server is started",
  params: {
    code: "invalid_value",
    fix: (setting) => `Set ${setting} to a full path; a leading ~ stands for the home folder.`,
  },
};

interface PathFault {
  readonly message: string;
  readonly params: ValueFault;
}

const checkedPath = (find: (text: string) => PathFault | undefined) =>
  path.superRefine((text, context) => {
    const fault = isAbsolute(text) ? find(text) : RELATIVE;
    if (fault) context.addIssue({ code: "custom", ...fault });
  });

/** A folder that exists. */
export const existingFolder = checkedPath((folder) =>
  isFolder(folder)
    ? undefined
    : { message: `names a folder that does not exist${showPath(folder)}`, params: MISSING_FOLDER },
);

/**
 * A file to append to, whose folder exists. Checks permissions only, because opening the file would create it. Files of other
 * kinds are refused when they are opened.
 */
export const appendableFile = checkedPath(findAppendFault);

function findAppendFault(file: string): PathFault | undefined {
  const folder = dirname(file);
  try {
    // If the folder is a file, Node 24 says that nothing is there, and Node 20 rejects the path.
    if (!isFolder(folder)) {
      const message = `names a file in a folder that does not exist${showPath(folder)}`;
      return { message, params: MISSING_FOLDER };
    }
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isDirectory())
      return { message: "names a folder: name a file in it", params: UNWRITABLE_FILE };
    // Whether another kind of file is writable shows only when writing to it.
    if (!stats || stats.isFile()) accessSync(stats ? file : folder, constants.W_OK);
    return undefined;
  } catch (error) {
    const message = `names a file that cannot be written (${(error as NodeJS.ErrnoException).code})`;
    return { message, params: UNWRITABLE_FILE };
  }
}
