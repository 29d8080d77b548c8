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
  /** Throws if the entry could not be written with a credential: nobody should type a secret for nothing. */
  readonly foresee: (given: GivenCredential) => void;
}

/** Stands for one that is not known yet. */
const SOME_ID = "name@tenant.example/pcc";

/** How the secret in the file is related to the id that was typed. */
type Relation = "of the same id" | "of an id that was corrected" | "of another id" | "unknown";

/**
 * Asks a person for a credential, offering to keep the existing one. An id and a secret belong together, so an id of another name is
 * never combined with the old secret. Returns undefined if the id is to be filled in later.
 */
export async function askForCredential(
  asker: TerminalAsker,
  present: Present,
): Promise<GivenCredential | undefined> {
  const { foresee, ownFile } = present;
  foresee({ clientId: present.clientId ?? SOME_ID, secretFile: present.secretFile ?? ownFile });
  const clientId = await askForId(asker, present.clientId);
  if (clientId === undefined) return undefined;
  foresee({ clientId, secretFile: ownFile });
  const relation = relate(clientId, present.clientId);
  const secretFile = (relation === "of another id" ? undefined : present.secretFile) ?? ownFile;
  if (present.dryRun) return { clientId, secretFile };
  const secret = await askForSecret(asker, secretFile, relation);
  return secret === "" ? { clientId, secretFile } : { clientId, secretFile: ownFile, secret };
}

/** C1 chooses the name in an id at random, so another id of that name is hardly that of another credential. */
function relate(clientId: string, before: string | undefined): Relation {
  if (before === undefined) return "unknown";
  if (clientId === before) return "of the same id";
  const [name, other] = [clientId, before].map((id) => id.slice(0, id.indexOf("@")));
  return name === other ? "of an id that was corrected" : "of another id";
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

/** Returns an empty text if the file is to stay as it is. */
async function askForSecret(asker: TerminalAsker, file: string, relation: Relation): Promise<string> {
  const isThere = existsSync(file);
  const isOther = isThere && relation === "of another id";
  const condition = relation === "of an id that was corrected" ? ", if it is that of this id" : "";
  const enter = isThere ? `keeps the one that is in ${file}${condition}` : "to put it there later";
  let question = isThere ? "Client secret" : `Client secret, to be kept in ${file}`;
  if (isOther) question += `, which replaces the one in ${file} (it does not show): `;
  else question += ` (it does not show; Enter ${enter}): `;
  for (;;) {
    const typed = await asker.askHidden(question);
    const fault = typed === "" ? undefined : findSecretFault(typed);
    if (fault !== undefined) question = `That ${fault}.\nClient secret again (it does not show): `;
    else if (typed === "" && isOther)
      question = `The secret in ${file} is kept for the id before. Secret of the new one (it does not show; Ctrl-C leaves all as it is, and init with --client-id keeps that secret): `;
    else return typed;
  }
}
