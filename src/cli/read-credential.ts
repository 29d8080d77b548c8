import { statSync } from "node:fs";
import { resolve } from "node:path";
import { holdsClientSecret, isOfTrust, OF_TRUST, SECRET_AS_PATH } from "../config/client-id.ts";
import type { ClientName } from "../init/clients.ts";
import { type GivenCredential, isClientId } from "../init/credential.ts";
import { findSecretFile, type Surroundings } from "../init/places.ts";
import { readEntry } from "../init/read-entry.ts";
import { Refusal } from "../init/refusal.ts";
import type { Arguments } from "./args.ts";
import { askForCredential, type Present } from "./ask-credential.ts";
import type { TerminalAsker } from "./ask-terminal.ts";
import { findIdFault } from "./credential-form.ts";

const SECRET_FILE = "CONDUCTORONE_CLIENT_SECRET_FILE";

/**
 * Reads the credential to write out in the entry, from flags or from a person at the terminal. Throws a Refusal for values that
 * cannot be one.
 * @param foresee throws if the entry could not be written with a credential. Called only before a person is asked.
 */
export async function readCredential(
  args: Arguments,
  client: ClientName,
  at: Surroundings,
  asker: TerminalAsker | undefined,
  foresee: Present["foresee"],
): Promise<GivenCredential | undefined> {
  const { clientId, secretFile, sandbox, remove, print } = args;
  if (!remove && holdsClientSecret(at.env[SECRET_FILE] ?? ""))
    throw new Refusal(`${SECRET_FILE} ${SECRET_AS_PATH}`);
  if (clientId !== undefined || secretFile !== undefined) {
    if (sandbox || remove)
      throw new Refusal("--client-id and --secret-file go with neither --sandbox nor --remove");
    return {
      clientId: requireClientId((clientId ?? at.env.CONDUCTORONE_CLIENT_ID)?.trim()),
      secretFile: secretFile === undefined ? undefined : requirePath(secretFile.trim(), at),
    };
  }
  // Other clients fill in variables, or ask the user themselves.
  if (client !== "claude-desktop" || sandbox || remove) return undefined;
  const present = readPresent(client, at);
  const { CONDUCTORONE_CLIENT_ID: id } = at.env;
  refuseTrust(present, id);
  if (!asker || print || id) return undefined;
  const dryRun = args.dryRun === true;
  return askForCredential(asker, { ...present, ownFile: findSecretFile(at), dryRun, foresee });
}

/** The id of this terminal is written out beside the path of a secret, unless the entry has one already. */
function refuseTrust({ clientId }: GivenCredential, id = ""): void {
  if (!clientId && isOfTrust(id)) throw new Refusal(`CONDUCTORONE_CLIENT_ID of this terminal ${OF_TRUST}`);
}

/** A path that is written out, and thus must not be the secret itself. */
function requirePath(path: string, { cwd }: Surroundings): string {
  if (holdsClientSecret(path))
    throw new Refusal("--secret-file takes the path of a file, and this is a client secret itself");
  const file = resolve(cwd, path);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new Refusal("--secret-file names a folder; name the file in it that holds the secret");
  return file;
}

/** The credential in the existing entry. An unreadable file is left for the change itself to refuse. */
function readPresent(client: ClientName, at: Surroundings): GivenCredential {
  try {
    const { env } = readEntry(client, at);
    const { CONDUCTORONE_CLIENT_ID: clientId = "", CONDUCTORONE_CLIENT_SECRET_FILE: secretFile } = env;
    return isClientId(clientId) ? { clientId, secretFile } : {};
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}

function requireClientId(id: string | undefined): string {
  if (id === undefined)
    throw new Refusal("--secret-file needs --client-id as well, or CONDUCTORONE_CLIENT_ID in this terminal");
  const fault = findIdFault(id);
  if (fault === undefined) return id;
  throw new Refusal(`the client id ${fault}`);
}
