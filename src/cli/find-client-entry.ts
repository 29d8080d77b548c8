import type { ClientName } from "../init/clients.ts";
import { SERVER_NAME } from "../init/entry.ts";
import { findConfigFile, type Surroundings } from "../init/places.ts";
import { type ClientEntry, readEntry } from "../init/read-entry.ts";
import { NoEntry, Refusal } from "../init/refusal.ts";
import { type AddedScope, findOwnFile, readAddedEntries } from "./added-entry.ts";

/** The entry that a client uses. */
export interface FoundEntry {
  readonly entry: ClientEntry;
  /** Set if `claude mcp add` wrote it, because `init` does not change it then. */
  readonly scope?: AddedScope | undefined;
  /** Where the client has others, which it does not use beside this one. */
  readonly unused: readonly string[];
}

/** Finds the entry that a client uses. Throws a Refusal if there is none, or if a file cannot be read. */
export function findClientEntry(client: ClientName, at: Surroundings): FoundEntry {
  if (client !== "claude-code") return { entry: readEntry(client, at), unused: [] };
  const added = attempt(() => readAddedEntries(at));
  const { local, user } = added instanceof Refusal ? {} : added;
  const shared = attempt(() => readEntry(client, at));
  if (shared instanceof Refusal && !(shared instanceof NoEntry) && !local) throw shared;
  // Claude Code uses the first of these.
  const all = [local, shared instanceof Refusal ? undefined : shared, user];
  const [entry, ...others] = all.filter((one) => one !== undefined);
  if (entry) {
    const own = (local === entry && "local") || (user === entry && "user") || undefined;
    return { entry, scope: own, unused: others.map(({ path }) => path) };
  }
  if (added instanceof Refusal) throw added;
  throw new NoEntry(
    `there is no entry ${SERVER_NAME} in ${findConfigFile(client, at)}, and none for this folder in ${findOwnFile(at)}`,
  );
}

function attempt<T>(read: () => T): T | Refusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
