import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { NO_WAIT, requireFile } from "../file-kind.ts";

/** Writes the bytes from the offset on; returns how many were taken. */
export type WriteBytes = (descriptor: number, bytes: Buffer, offset: number) => number;

export interface AuditFile {
  /** Returns when the whole line is on the disk; throws when it is not. */
  append(line: string): void;
}

interface Held {
  readonly descriptor: number;
  readonly dev: number;
  readonly ino: number;
  /** A line of ours was begun and could not be ended. */
  torn: boolean;
}

const APPEND = constants.O_APPEND | constants.O_CREAT | NO_WAIT;
const LINE_END = 0x0a;

/** A file that lines are appended to. Followed by its name: one that was renamed or removed is made anew. */
export function openAuditFile(path: string, write: WriteBytes = writeSync): AuditFile {
  let held: Held | undefined;

  function hold(): Held {
    const there = statSync(path, { throwIfNoEntry: false });
    if (held && there?.dev === held.dev && there.ino === held.ino) return held;
    if (held) closeSync(held.descriptor);
    held = undefined;
    // Before it is opened, which by itself can do something to a device.
    if (there) requireFile(there);
    held = openFile(path);
    return held;
  }

  return {
    append(line) {
      const file = hold();
      const start = endsWithinLine(file) ? "\n" : "";
      const bytes = Buffer.from(`${start}${line}\n`);
      let done = 0;
      try {
        while (done < bytes.length) {
          const taken = write(file.descriptor, bytes, done);
          if (taken === 0) throw new Error("nothing more was written");
          done += taken;
        }
        file.torn = false;
      } catch (error) {
        file.torn ||= done > 0;
        throw error;
      }
      fsyncSync(file.descriptor);
    },
  };
}

function openFile(path: string): Held {
  const descriptor = openToAppend(path);
  try {
    const stats = fstatSync(descriptor);
    requireFile(stats);
    return { descriptor, dev: stats.dev, ino: stats.ino, torn: false };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Readable if that is allowed, to see how the file ends. */
function openToAppend(path: string): number {
  try {
    return openSync(path, APPEND | constants.O_RDWR, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    return openSync(path, APPEND | constants.O_WRONLY, 0o600);
  }
}

/** Also when it is another process that could not end its line: several may share the file. */
function endsWithinLine({ descriptor, torn }: Held): boolean {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  try {
    return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== LINE_END;
  } catch {
    // It may be written and not read.
    return torn;
  }
}
