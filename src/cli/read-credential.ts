import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ClientName } from "../init/clients.ts";
import { type GivenCredential, isClientId, storeSecret } from "../init/credential.ts";
import { findSecretFile, type Surroundings } from "../init/places.ts";
import { readEntry } from "../init/read-entry.ts";
import { Refusal } from "../init/refusal.ts";
import type { Arguments } from "./args.ts";
import type { Asker } from "./ask-terminal.ts";

/**
 * Reads the credential to write out in the entry, from flags or from a person at the terminal. Throws a Refusal for values that
 * cannot be one.
 */
export async function readCredential(
  args: Arguments,
  client: ClientName,
  at: Surroundings,
  asker: Asker | undefined,
): Promise<GivenCredential | undefined> {
  const { clientId, secretFile, sandbox, remove, print } = args;
  if (clientId !== undefined || secretFile !== undefined) {
    if (sandbox || remove)
      throw new Refusal("--client-id and --secret-file go with neither --sandbox nor --remove");
    return {
      clientId: requireClientId(clientId ?? at.env.CONDUCTORONE_CLIENT_ID),
      secretFile: secretFile === undefined ? undefined : resolve(at.cwd, secretFile),
    };
  }
  // Other clients fill in variables, or ask the user themselves.
  if (!asker || client !== "claude-desktop" || sandbox || remove || print) return undefined;
  if (at.env.CONDUCTORONE_CLIENT_ID || hasClientId(client, at)) return undefined;
  return askForCredential(asker, findSecretFile(at), args.dryRun === true);
}

async function askForCredential(
  asker: Asker,
  path: string,
  dryRun: boolean,
): Promise<GivenCredential | undefined> {
  const typed = await asker.ask(
    "C1 client id, of the form name@tenant-host/spc (Enter to fill it in later): ",
  );
  if (typed === "") return undefined;
  const clientId = requireClientId(typed);
  if (!dryRun && !existsSync(path)) {
    const secret = await asker.askHidden(`Client secret, to be kept in ${path} (it does not show): `);
    if (secret !== "") storeSecret(path, secret);
  }
  return { clientId, secretFile: path };
}

/**
 * Whether the entry already has a client id, so that nobody need be asked. An unreadable file is left for the change itself to
 * refuse.
 */
function hasClientId(client: ClientName, at: Surroundings): boolean {
  try {
    return isClientId(readEntry(client, at).env.CONDUCTORONE_CLIENT_ID ?? "");
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function requireClientId(id: string | undefined): string {
  if (id !== undefined && isClientId(id)) return id;
  throw new Refusal(
    id === undefined
      ? "--secret-file needs --client-id as well"
      : "the client id is not of the form name@tenant-host/spc, as C1 shows it beside the secret",
  );
}
