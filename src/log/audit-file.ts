import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { NO_WAIT, requireFile } from "../file-kind.ts";

/** Writes the bytes from the offset on; returns how many were written. */
export type WriteBytes = (descriptor: number, bytes: Buffer, offset: number) => number;

/** What is known about a file before lines are appended. */
export interface FileEnd {
  /** Its last bytes as text; empty if reading it is not allowed. */
  readonly text: string;
  /** Whether this process has not written to the file yet, or it was truncated since. */
  readonly isNew: boolean;
}

export interface AuditFile {
  /**
   * Returns when all lines are on disk; throws if they are not. `kept` is told how many complete lines are in the file, even if
   * this throws.
   */
  append(makeLines: (end: FileEnd) => readonly string[], kept?: (lines: number) => void): void;
}

interface Held {
  readonly descriptor: number;
  readonly dev: number;
  readonly ino: number;
  /** We began a line and could not complete it. */
  torn: boolean;
  /** The minimum size of the file since our last lines, in bytes; 0 before those. */
  size: number;
  /** How the file ended at that size; empty if that is not known. */
  ending: string;
}

const APPEND = constants.O_APPEND | constants.O_CREAT | NO_WAIT;

/** Length of the end that holds a record's hash and line end. */
const END_LENGTH = 76;

/** How often an incomplete last line is checked again, one millisecond apart. */
const MAX_LOOKS = 5;

/** Opens a file for appending lines. It is followed by name: if it is renamed or removed, a new one is created. */
export function openAuditFile(path: string, write: WriteBytes = writeSync): AuditFile {
  let held: Held | undefined;

  function hold(): Held {
    const there = statSync(path, { throwIfNoEntry: false });
    if (held && there?.dev === held.dev && there.ino === held.ino) return held;
    if (held) closeSync(held.descriptor);
    held = undefined;
    // Checked before opening, because opening a device can have effects.
    if (there) requireFile(there);
    held = openFile(path);
    return held;
  }

  return {
    append(makeLines, kept = () => undefined) {
      const file = hold();
      const { size, end } = lookAtEnd(file);
      const lines = makeLines({ text: end ?? "", isNew: file.size === 0 || isTruncated(file, size, end) });
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
        file.ending = "";
        // Another process may have written in between.
        const ending = readEnd(file, file.size);
        if (ending !== undefined && bytes.toString().endsWith(ending)) file.ending = ending;
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
    return { descriptor, dev: stats.dev, ino: stats.ino, torn: false, size: 0, ending: "" };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Opens it readable, too, if allowed, in order to see how the file ends. */
function openToAppend(path: string): number {
  try {
    return openSync(path, APPEND | constants.O_RDWR, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    return openSync(path, APPEND | constants.O_WRONLY, 0o600);
  }
}

/**
 * Finds out how a file ends. What looks like an incomplete line may be one that another process is writing right now, so it is
 * checked again for a few milliseconds.
 */
function lookAtEnd(file: Held): { readonly size: number; readonly end: string | undefined } {
  for (let look = 1; ; look += 1) {
    const { size } = fstatSync(file.descriptor);
    const end = readEnd(file, size);
    if (file.torn || look === MAX_LOOKS || !endsWithinLine(file, end)) return { size, end };
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

/** Also true if another process has written so much since then that the file is as long as before. */
function isTruncated(file: Held, size: number, end: string | undefined): boolean {
  if (size < file.size || file.ending === "") return size < file.size;
  // Mostly nobody else has written.
  return (size === file.size ? end : readEnd(file, file.size)) !== file.ending;
}

/** The bytes before this size. Undefined if the file may be written but not read. */
function readEnd({ descriptor }: Held, size: number): string | undefined {
  const end = Buffer.alloc(Math.min(size, END_LENGTH));
  try {
    return end.toString("utf8", 0, readSync(descriptor, end, 0, end.length, size - end.length));
  } catch {
    return undefined;
  }
}

/** Also true if another process could not complete its line: several may share the file. */
function endsWithinLine({ torn }: Held, end: string | undefined): boolean {
  return end === undefined ? torn : end !== "" && !end.endsWith("\n");
}

/** Counts a line that only lacks its line end, because it is complete and the next line ends it. */
function countWhole(lines: readonly string[], bytes: number): number {
  let end = -1;
  return lines.filter((line) => {
    end += 1 + Buffer.byteLength(line);
    return end <= bytes;
  }).length;
}
