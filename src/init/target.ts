import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describeFileError } from "./describe-file-error.ts";
import { Refusal } from "./refusal.ts";

/** Larger than any configuration file. */
export const MAX_BYTES = 5 * 1024 * 1024;
const BYTE_ORDER_MARK = "\uFEFF";

/** A configuration file in its current state, with links resolved. */
export interface TargetFile {
  /** The path that people know. */
  readonly path: string;
  /** The actual file, which may differ because of a link. */
  readonly realPath: string;
  /** Undefined if the file does not exist yet. */
  readonly content: Content | undefined;
}

export interface Content {
  readonly bytes: Buffer;
  /** Without the byte order mark. */
  readonly text: string;
  readonly hasMark: boolean;
  readonly mode: number;
}

/** Reads a file for changing. Throws a Refusal if it must not or cannot be changed. */
export function readTarget(path: string): TargetFile {
  const realPath = followLinks(path);
  const stat = attempt("be read", () => statSync(realPath, { throwIfNoEntry: false }));
  if (!stat) return { path, realPath, content: undefined };
  if (stat.isDirectory()) throw new Refusal("it is a folder, not a file");
  if (!stat.isFile()) throw new Refusal("it is not a regular file");
  if (stat.size > MAX_BYTES) throw new Refusal("it is far too large for a configuration file");
  // Checks the mode bits and not only access(2): an administrator may write everything, and replacing the file would make it
  // writable.
  if ((stat.mode & 0o222) === 0)
    throw new Refusal("it is read-only; make it writable, or paste what --print shows into it");
  attempt("be read", () => accessSync(realPath, constants.R_OK));
  attempt("be written", () => accessSync(realPath, constants.W_OK));
  attempt("be replaced", () => accessSync(dirname(realPath), constants.W_OK));
  const bytes = attempt("be read", () => readFileSync(realPath));
  return { path, realPath, content: { bytes, ...decode(bytes), mode: stat.mode & 0o7777 } };
}

export function decode(bytes: Buffer): { text: string; hasMark: boolean } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal("it is not text in UTF-8");
  }
  const hasMark = text.startsWith(BYTE_ORDER_MARK);
  return { text: hasMark ? text.slice(1) : text, hasMark };
}

export function encode(text: string, hasMark: boolean): Buffer {
  return Buffer.from((hasMark ? BYTE_ORDER_MARK : "") + text, "utf8");
}

function followLinks(path: string): string {
  const link = attempt("be read", () => lstatSync(path, { throwIfNoEntry: false }));
  if (!link?.isSymbolicLink()) return path;
  return attempt("be followed: it is a link", () => realpathSync(path));
}

function attempt<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Refusal(`it cannot ${what} (${describeFileError(error)})`);
  }
}
