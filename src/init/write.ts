import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describeFileError } from "./describe-file-error.ts";
import { makeFolder } from "./folders.ts";
import { Refusal } from "./refusal.ts";
import type { TargetFile } from "./target.ts";

/** Replaces the file atomically: readers see the old or the new one, and a failure leaves the old one. */
export function replaceFile(target: TargetFile, bytes: Buffer): void {
  const { realPath, content } = target;
  const folder = dirname(realPath);
  const temporary = join(
    folder,
    `.${basename(realPath)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`,
  );
  try {
    makeFolder(folder);
    writeNew(temporary, bytes, content?.mode);
    refuseIfChanged(target);
    renameSync(temporary, realPath);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof Refusal) throw error;
    throw new Refusal(`it cannot be written (${describeFileError(error)})`);
  }
}

/** Copies the file to `<file>.bak-<time>` beside it. Returns the copy's path. */
export function backUp({ realPath, content }: TargetFile, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  for (let attempt = 0; ; attempt += 1) {
    const path = `${realPath}.bak-${stamp}${attempt === 0 ? "" : `-${attempt}`}`;
    try {
      copyFileSync(realPath, path, constants.COPYFILE_EXCL);
      if (content) chmodSync(path, content.mode);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST" && attempt < 100) continue;
      throw new Refusal(`it cannot be backed up (${describeFileError(error)})`);
    }
  }
}

/** Deletes the file, the files that are useless without it, and parent folders that hold nothing else, up to `base`. */
export function deleteFile(target: TargetFile, base: string, useless: readonly string[] = []): void {
  try {
    refuseIfChanged(target);
    rmSync(target.realPath);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`it cannot be deleted (${describeFileError(error)})`);
  }
  for (const path of useless) rmSync(path, { force: true });
  for (let folder = dirname(target.realPath); folder.startsWith(join(base, "/")); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

function writeNew(path: string, bytes: Buffer, mode: number | undefined): void {
  const file = openSync(path, "wx", mode ?? 0o644);
  try {
    // `fchmod` ignores the umask.
    if (mode !== undefined) fchmodSync(file, mode);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The client may have written to the file in the meantime. */
function refuseIfChanged({ realPath, content }: TargetFile): void {
  const now = readIfThere(realPath);
  if (now === undefined ? content === undefined : content?.bytes.equals(now)) return;
  throw new Refusal("another program changed it at this moment; try again");
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
