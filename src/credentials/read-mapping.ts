import { promises, type Stats } from "node:fs";
import { dirname } from "node:path";
import { readSmallFile } from "../config/small-file.ts";
import { type ParsedMapping, parseMapping } from "./parse-mapping.ts";

const MAX_BYTES = 1024 * 1024;

/** Group and others: whoever may change the file decides whose credential serves them. */
const OTHERS_WRITE = 0o022;

/** The state of the file at one time. */
export interface Version {
  /** Changes with the file's content, its permissions and its existence. */
  readonly stamp: string;
  readonly parsed: ParsedMapping;
}

/** Reads the file; whatever is wrong with it is returned as faults. */
export async function readMapping(path: string): Promise<Version> {
  const { stamp, stats } = await lookAt(path);
  if (stats === undefined) return { stamp, parsed: faulty(`cannot be read (${stamp})`) };
  // Windows has no file modes of this kind.
  if (process.getuid !== undefined && (stats.mode & OTHERS_WRITE) !== 0)
    return { stamp, parsed: faulty("can be changed by others than its owner: chmod go-w") };
  try {
    return { stamp, parsed: parseMapping(await readSmallFile(path, MAX_BYTES), dirname(path)) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { stamp, parsed: faulty(`cannot be read (${code ?? message})`) };
  }
}

/** The stamp of the file as it is now. */
export async function stampOf(path: string): Promise<string> {
  return (await lookAt(path)).stamp;
}

async function lookAt(path: string): Promise<{ stamp: string; stats?: Stats }> {
  try {
    const stats = await promises.stat(path);
    const { mtimeMs, ctimeMs, size, ino } = stats;
    return { stamp: [mtimeMs, ctimeMs, size, ino].join("/"), stats };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { stamp: code ?? message };
  }
}

function faulty(message: string): ParsedMapping {
  return { faults: [{ at: "", message }] };
}
