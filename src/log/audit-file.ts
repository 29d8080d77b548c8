import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { NO_WAIT, requireFile } from "../file-kind.ts";

/** Writes the bytes from the offset on; returns how many were taken. */
export type WriteBytes = (descriptor: number, bytes: Buffer, offset: number) => number;

/** What is known of a file before lines are appended to it. */
export interface FileEnd {
  /** Its last bytes as text; empty if it may not be read. */
  readonly text: string;
  /** Whether this process has written nothing into it yet, or it was emptied since. */
  readonly isNew: boolean;
}

export interface AuditFile {
  /**
   * Returns when all lines are on the disk; throws when they are not. `kept` learns how many whole lines are in the file,
   * also when it throws.
   */
  append(makeLines: (end: FileEnd) => readonly string[], kept?: (lines: number) => void): void;
}

interface Held {
  readonly descriptor: number;
  readonly dev: number;
  readonly ino: number;
  /** A line of ours was begun and could not be ended. */
  torn: boolean;
  /** The least that the file holds since our last lines, in bytes; 0 before those. */
  size: number;
}

const APPEND = constants.O_APPEND | constants.O_CREAT | NO_WAIT;

/** As much of the end as a record's hash takes, with its line end. */
const END_LENGTH = 76;

/** How often a line without an end is looked at, a millisecond apart. */
const MAX_LOOKS = 5;

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
    append(makeLines, kept = () => undefined) {
      const file = hold();
      const { size, end } = lookAtEnd(file);
      const lines = makeLines({ text: end ?? "", isNew: file.size === 0 || size < file.size });
      const start = endsWithinLine(file, end) ? "\n" : "";
      const bytes = Buffer.from(`${start}${lines.join("\n")}\n`);
      let done = 0;
      try {
        while (done < bytes.length) {
          const taken = write(file.descriptor, bytes, done);
          if (taken === 0) throw new Error("nothing more was written");
          done += taken;
        }
        file.torn = false;
        file.size = size + bytes.length;
      } catch (error) {
        file.torn ||= done > 0;
        throw error;
      } finally {
        kept(countWhole(lines, done - start.length));
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
    return { descriptor, dev: stats.dev, ino: stats.ino, torn: false, size: 0 };
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

/**
 * How a file ends. What looks like a broken off line can be one that another process is writing at this moment: it is looked
 * at again, for a few milliseconds at most.
 */
function lookAtEnd(file: Held): { readonly size: number; readonly end: string | undefined } {
  for (let look = 1; ; look += 1) {
    const { size } = fstatSync(file.descriptor);
    const end = readEnd(file, size);
    if (file.torn || look === MAX_LOOKS || !endsWithinLine(file, end)) return { size, end };
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

/** Undefined when the file may be written and not read. */
function readEnd({ descriptor }: Held, size: number): string | undefined {
  const end = Buffer.alloc(Math.min(size, END_LENGTH));
  try {
    return end.toString("utf8", 0, readSync(descriptor, end, 0, end.length, size - end.length));
  } catch {
    return undefined;
  }
}

/** Also when it is another process that could not end its line: several may share the file. */
function endsWithinLine({ torn }: Held, end: string | undefined): boolean {
  return end === undefined ? torn : end !== "" && !end.endsWith("\n");
}

/** Counts a line that lacks only its end, too: it says everything, and the next one ends it. */
function countWhole(lines: readonly string[], bytes: number): number {
  let end = -1;
  return lines.filter((line) => {
    end += 1 + Buffer.byteLength(line);
    return end <= bytes;
  }).length;
}
