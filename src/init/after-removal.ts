import { existsSync } from "node:fs";
import type { ClientName } from "./clients.ts";
import { findSecretFile, type Surroundings } from "./places.ts";
import { findBackups } from "./undo.ts";

/**
 * Lists what a removal leaves on this machine, because only a person can know whether it is still needed.
 * @param path the client's file, with links resolved.
 */
export function listLeftovers(client: ClientName, at: Surroundings, path: string): string[] {
  const secret = findSecretFile(at);
  const backups = findBackups(path);
  return [
    ...(backups.length > 0
      ? [`Copies that init made of the file, to delete when you like: ${backups.join(", ")}`]
      : []),
    ...(client === "claude-desktop" && existsSync(secret)
      ? [`The secret is still in ${secret}: delete that file, and the credential in C1, if you are done.`]
      : []),
  ];
}
