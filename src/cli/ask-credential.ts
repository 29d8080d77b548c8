import { existsSync } from "node:fs";
import { findOddEnding } from "../config/client-id.ts";
import type { GivenCredential } from "../init/credential.ts";
import type { TerminalAsker } from "./ask-terminal.ts";
import { FORM_WITH_SECRET, findIdFault, findSecretFault } from "./credential-form.ts";

/** The existing credential, before anybody is asked. */
export interface Present {
  /** The id in the entry. */
  readonly clientId?: string | undefined;
  /** The secret's file that the entry names. */
  readonly secretFile?: string | undefined;
  /** The file in which `init` keeps a secret; the only one that it may replace. */
  readonly ownFile: string;
  readonly dryRun: boolean;
}

/**
 * Asks a person for a credential, offering to keep the existing one. An id and a secret belong together, so a new id is never
 * combined with the old secret. Returns undefined if the id is to be filled in later.
 */
export async function askForCredential(
  asker: TerminalAsker,
  present: Present,
): Promise<GivenCredential | undefined> {
  const clientId = await askForId(asker, present.clientId);
  if (clientId === undefined) return undefined;
  const isKept = clientId === present.clientId;
  const secretFile = (isKept ? present.secretFile : undefined) ?? present.ownFile;
  if (present.dryRun) return { clientId, secretFile };
  const secret = await askForSecret(asker, secretFile, present.clientId !== undefined && !isKept);
  return secret === "" ? { clientId, secretFile } : { clientId, secretFile: present.ownFile, secret };
}

/** Returns the existing id if the person presses Enter. */
async function askForId(asker: TerminalAsker, before: string | undefined): Promise<string | undefined> {
  const enter = before === undefined ? "to fill it in later" : `keeps ${before}`;
  let question = `C1 client id, ${FORM_WITH_SECRET} (Enter ${enter}): `;
  let doubted: string | undefined;
  for (;;) {
    const typed = await asker.ask(question);
    if (typed === "") return before;
    const fault = findIdFault(typed);
    const odd = fault === undefined && typed !== doubted ? findOddEnding(typed) : undefined;
    if (fault === undefined && odd === undefined) return typed;
    if (odd !== undefined) doubted = typed;
    const what = fault ?? `${odd}. If C1 shows it so, type it again`;
    question = `That ${what}.\nC1 client id (Enter ${enter}): `;
  }
}

/**
 * Returns an empty text if the file is to stay as it is.
 * @param isOther whether the secret in the file is known to belong to another id.
 */
async function askForSecret(asker: TerminalAsker, file: string, isOther: boolean): Promise<string> {
  const isThere = existsSync(file);
  const enter = isThere ? `keeps the one that is in ${file}` : "to put it there later";
  let question = isThere ? "Client secret" : `Client secret, to be kept in ${file}`;
  if (isThere && isOther) question += `, which replaces the one in ${file} (it does not show): `;
  else question += ` (it does not show; Enter ${enter}): `;
  for (;;) {
    const typed = await asker.askHidden(question);
    const fault = typed === "" ? undefined : findSecretFault(typed);
    if (fault !== undefined) question = `That ${fault}.\nClient secret again (it does not show): `;
    else if (typed === "" && isThere && isOther)
      question = `The secret in ${file} belongs to the id before. Secret of the new one (it does not show; Ctrl-C leaves all as it is): `;
    else return typed;
  }
}
