import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Entry, Json, JsonObject } from "./entry.ts";
import type { Format } from "./format.ts";
import { Refusal } from "./refusal.ts";
import { type Content, decode } from "./target.ts";

/** More than anybody makes by hand; older ones are not looked at. */
const MAX_BACKUPS = 20;

export interface Backup {
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * The backup from which `init` made exactly the present file: restoring it undoes `init` byte for byte, which no edit
 * of the text can promise. Undefined when the file was changed since, or the backup is gone.
 */
export function findOrigin(
  realPath: string,
  present: Content,
  server: Json,
  format: Format,
  inputs: readonly JsonObject[],
): Backup | undefined {
  return listBackups(realPath).find(({ bytes }) => {
    try {
      const { text, hasMark } = decode(bytes);
      const entry: Entry = { server: server as JsonObject, inputs };
      return hasMark === present.hasMark && format.put(text, entry) === present.text;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  });
}

/** Newest first. */
function listBackups(realPath: string): Backup[] {
  const prefix = `${basename(realPath)}.bak-`;
  const folder = dirname(realPath);
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .sort()
      .reverse()
      .slice(0, MAX_BACKUPS)
      .map((name) => join(folder, name))
      .map((path) => ({ path, bytes: readFileSync(path) }));
  } catch {
    return [];
  }
}
