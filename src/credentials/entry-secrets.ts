import { dirname } from "node:path";
import type { Credential, Secret } from "../config/credential.ts";
import { createReadInTime, type ReadInTime } from "../config/read-in-time.ts";
import { secretFromFile } from "../config/secret-file.ts";
import type { Redactor } from "../log/redact.ts";
import type { CredentialEntry, DescribedCredential } from "./entry.ts";

/** The secrets of entries. */
export interface EntrySecrets {
  of(entry: CredentialEntry): Secret;
}

/**
 * Reads the files of a folder one at a time. If the folder hangs, each read would otherwise occupy one of the few threads that
 * Node has for files, until no secret could be read at all.
 */
export function createEntrySecrets({
  redactor,
  timeoutMs,
}: {
  readonly redactor: Redactor;
  readonly timeoutMs: number;
}): EntrySecrets {
  const folders = new Map<string, ReadInTime>();
  return {
    of({ name, credential: { field, path } }) {
      const folder = dirname(path);
      const inTime = folders.get(folder) ?? createReadInTime(timeoutMs);
      folders.set(folder, inTime);
      return secretFromFile(`${field} of the credential ${name}`, path, redactor, inTime);
    },
  };
}

export function withSecret({ kind, clientId = "" }: DescribedCredential, secret: Secret): Credential {
  switch (kind) {
    case "access_token":
      return { kind, token: secret };
    case "token_exchange":
      return { kind, clientId, subjectToken: secret };
    case "client_credentials":
      return { kind, clientId, clientSecret: secret };
  }
}
