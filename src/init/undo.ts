import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Json, JsonObject } from "../json.ts";
import { type Entry, isOwnEntry } from "./entry.ts";
import type { Format } from "./format.ts";
import { Refusal } from "./refusal.ts";
import { type Content, decode } from "./target.ts";

/** More than anyone makes by hand; older backups are ignored. */
const MAX_BACKUPS = 20;

type Backup = Pick<State, "text" | "hasMark" | "bytes"> & { readonly path: string };

/** The file at one point in time, and the entry that it held then. */
export interface State extends Pick<Content, "text" | "hasMark" | "bytes"> {
  readonly server: Json | undefined;
}

export interface Past {
  readonly state: State;
  /** The backups along the way; none if there is no way back from the current state. */
  readonly backups: readonly (State & { readonly path: string })[];
}

/**
 * Follows the backups from which `init` produced exactly the next state, back to the file before the first of these runs.
 * Restoring that file undoes all of them byte for byte, which no textual edit can guarantee. The chain ends where someone else
 * changed the file or a backup is missing.
 */
export function goBack(
  realPath: string,
  present: State,
  format: Format,
  inputs: readonly JsonObject[],
): Past {
  const left = listBackups(realPath);
  const backups: (State & { readonly path: string })[] = [];
  for (let state = present; ; ) {
    const { server } = state;
    const isOurs = server !== undefined && (backups.length === 0 || isOwnEntry(server));
    const index = isOurs ? left.findIndex((backup) => hasLedTo(backup, state, format, inputs)) : -1;
    const [origin] = index < 0 ? [] : left.splice(index, 1);
    if (!origin) return { state, backups };
    const before = { ...origin, server: format.readServer(origin.text) };
    backups.push(before);
    state = before;
  }
}

/** Whether `init` produces `later` from this backup, with or without the client's inputs. */
function hasLedTo(backup: Backup, later: State, format: Format, inputs: readonly JsonObject[]): boolean {
  return [inputs, []].some((asked) => {
    try {
      const entry: Entry = { server: later.server as JsonObject, inputs: asked };
      return backup.hasMark === later.hasMark && format.put(backup.text, entry) === later.text;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  });
}

/** Paths of the backups that `init` made of a file, newest first. */
export function findBackups(realPath: string): string[] {
  const prefix = `${basename(realPath)}.bak-`;
  const folder = dirname(realPath);
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .sort()
      .reverse()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function listBackups(realPath: string): Backup[] {
  try {
    return findBackups(realPath)
      .slice(0, MAX_BACKUPS)
      .flatMap((path) => readBackup(path) ?? []);
  } catch {
    return [];
  }
}

function readBackup(path: string): Backup | undefined {
  const bytes = readFileSync(path);
  try {
    return { path, bytes, ...decode(bytes) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
