import { judgeSecret } from "../c1/auth/judge-secret.ts";
import { guessId } from "../config/client-id.ts";

export const ID_FORM = "name@tenant-host/pcc or …/spc";

/** Completes a sentence about what was given as the client id. Never contains it: it could be a secret. */
export function describeWrongId(id: string): string {
  return id.startsWith("secret-token:")
    ? "is a client secret: id and secret are swapped"
    : `${guessId(id)}is not of the form ${ID_FORM}, as C1 shows it beside the secret`;
}

/** What is wrong with the form of a secret, as the end of a sentence: "is cut off: …". Undefined if nothing is. */
export function findSecretFault(secret: string): string | undefined {
  return judgeSecret(secret)?.message;
}
