import { closeSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { describeFileError } from "./describe-file-error.ts";
import { makeFolder } from "./folders.ts";
import { Refusal } from "./refusal.ts";

/** What a person supplied for the entry. The id is written into the entry; the secret stays in its file. */
export interface GivenCredential {
  readonly clientId?: string | undefined;
  /** Absolute path. */
  readonly secretFile?: string | undefined;
}

const CLIENT_ID = /^[^@\s:]+@[^@\s/]+\/[a-z]+$/;

/** Whether a text has the form of a C1 client id, and thus cannot be a secret. */
export function isClientId(text: string): boolean {
  return CLIENT_ID.test(text);
}

/** Stores a secret in a new file, in a folder of its own, that only its owner can read. Throws a Refusal; never replaces a file. */
export function storeSecret(path: string, secret: string): void {
  try {
    makeFolder(dirname(path), 0o700);
    const file = openSync(path, "wx", 0o600);
    try {
      writeSync(file, `${secret}\n`);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw new Refusal(`there is a file ${path} already; remove it to store another secret`);
    throw new Refusal(`the secret cannot be stored in ${path} (${describeFileError(error)})`);
  }
}
