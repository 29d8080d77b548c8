import type { Json } from "../json.ts";
import { NAME } from "../version.ts";
import { isOwnEntry, readStart } from "./entry.ts";

/**
 * What an entry is instead of this server's, as the end of a sentence; undefined if it starts this server, however. Shows no arguments and
 * no address, which may hold a secret.
 */
export function describeOtherServer(entry: Json): string | undefined {
  const { command, args } = readStart(entry);
  if (isOwnEntry(entry) || [command, ...args].some((word) => word.includes(NAME))) return undefined;
  if (command === "") return "starts no program, and may lead to a server over HTTP";
  return `is another server's: it starts ${/\p{C}/u.test(command) ? "another program" : command}`;
}
