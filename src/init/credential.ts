import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { describeFileError } from "./describe-file-error.ts";
import { makeFolder } from "./folders.ts";
import { Refusal } from "./refusal.ts";

/** What a person supplied for the entry. The id is written into the entry; the secret stays in its file. */
export interface GivenCredential {
  readonly clientId?: string | undefined;
  /** Absolute path. */
  readonly secretFile?: string | undefined;
  /** The secret to store in that file, replacing any existing one. */
  readonly secret?: string | undefined;
}

/** Says what is wrong with the form of a secret, as the end of a sentence: "is cut off: …". Undefined if nothing is. */
export type JudgeSecret = (secret: string) => string | undefined;

/** The mode of a file that others besides its owner can access; undefined if they cannot. */
export type FindOpenMode = (path: string) => string | undefined;

/** Larger than any secret; a bigger file is something else. */
const MAX_SECRET_BYTES = 64 * 1024;

const CLIENT_ID = /^[^@\s\p{C}:"'`\u2018-\u201f\xab]+@[^@\s\p{C}/]+\/[a-z]+$/u;

/** Whether a text has the form of a C1 client id, and thus cannot be a secret. */
export function isClientId(text: string): boolean {
  return CLIENT_ID.test(text);
}

/** The secret in a file; undefined if there is none in it, or no file that can be read. */
export function readSecretFile(path: string): string | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_SECRET_BYTES) return undefined;
    return readFileSync(path, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Stores a secret in a file that only its owner can read, in a folder of its own. The file is replaced as a whole, and links are
 * not followed. Throws a Refusal. Returns a function that restores the previous state.
 */
export function storeSecret(path: string, secret: string): () => void {
  try {
    makeFolder(dirname(path), 0o700);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat && !stat.isFile())
      throw new Refusal(`${path} is not a regular file; remove it to store a secret there`);
    const before = stat && readFileSync(path);
    replacePrivately(path, Buffer.from(`${secret}\n`));
    return () => (before === undefined ? rmSync(path, { force: true }) : replacePrivately(path, before));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`the secret cannot be stored in ${path} (${describeFileError(error)})`);
  }
}

function replacePrivately(path: string, bytes: Buffer): void {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = openSync(temporary, "wx", 0o600);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
