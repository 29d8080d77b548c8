import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { quotePath } from "./command.ts";
import { type FindOpenMode, type GivenCredential, type JudgeSecret, readSecretFile } from "./credential.ts";
import { findSecretFile, type Surroundings } from "./places.ts";

export interface SecretSituation {
  readonly at: Surroundings;
  readonly given?: GivenCredential | undefined;
  readonly judgeSecret?: JudgeSecret | undefined;
  readonly findOpenMode?: FindOpenMode | undefined;
}

/** The entry names a file for the secret, because in the client's own file it would be readable by every program. */
export function adviseSecret(situation: SecretSituation): string[] {
  const file = secretFileOf(situation);
  const secret = readSecretFile(file);
  if (secret === undefined) {
    const folder = existsSync(dirname(file)) ? "" : "; make its folder first";
    const guard = situation.at.platform === "win32" ? "" : ", which only you may read (chmod 600)";
    // A path that somebody chose may be mistyped.
    return existsSync(file) || file === findSecretFile(situation.at)
      ? [`Put the client secret, and nothing else, into the file ${file}${guard}${folder}.`]
      : [
          `There is no file ${file}: correct its path, or put the client secret, and nothing else, into it${guard}${folder}.`,
        ];
  }
  const fault = situation.judgeSecret?.(secret);
  return [
    ...(fault === undefined
      ? []
      : [`The secret in ${file} ${fault}. Put it there whole, as C1 shows it, or make a new credential.`]),
    ...tellOpenSecret(situation, file),
  ];
}

/** Whether `init` would ask at a terminal for the secret, which is missing, and put it where the entry looks for it. */
export function asksForSecret(situation: SecretSituation): boolean {
  const { at } = situation;
  const file = secretFileOf(situation);
  return !at.env.CONDUCTORONE_CLIENT_ID && file === findSecretFile(at) && readSecretFile(file) === undefined;
}

/** Says what the server will warn about, too: that other users of the machine can read the file. */
function tellOpenSecret({ at, findOpenMode }: SecretSituation, file: string): string[] {
  const mode = findOpenMode?.(file);
  return mode === undefined
    ? []
    : [
        `${file} is open to others besides you (mode ${mode}): close it with \`chmod 600 ${quotePath(file, at.platform)}\`.`,
      ];
}

/**
 * What is wrong with the file of a credential that an entry names, told where no steps follow: it may hold no secret yet, because
 * its path is mistyped, or something that is none.
 */
export function warnOfSecret(situation: SecretSituation): string[] {
  const file = situation.given?.secretFile;
  if (file === undefined || situation.given?.secret !== undefined) return [];
  return readSecretFile(file) === undefined
    ? [existsSync(file) ? `There is no secret in ${file} yet.` : `There is no file ${file} yet.`]
    : adviseSecret(situation);
}

/** Says where the secret is stored, if nothing remains to be done. */
export function tellSecret(situation: SecretSituation): string[] {
  if (adviseSecret(situation).length > 0) return [];
  const file = secretFileOf(situation);
  const isOld = situation.given?.secret === undefined && file === findSecretFile(situation.at);
  return [
    `The secret is read from ${file}${isOld ? ", which was there before: it must belong to that client id" : ""}.`,
  ];
}

function secretFileOf({ at, given }: SecretSituation): string {
  return given?.secretFile ?? (at.env.CONDUCTORONE_CLIENT_SECRET_FILE || findSecretFile(at));
}
