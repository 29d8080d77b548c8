import { judgeSecret } from "../c1/auth/judge-secret.ts";
import { describeWrongId } from "../config/client-id.ts";

/** Completes a sentence about what a person gave as the client id. Never contains it: it could be a secret. */
export function describeGivenId(id: string): string {
  return id.startsWith("secret-token:")
    ? "is a client secret: id and secret are swapped"
    : `${describeWrongId(id)}, as C1 shows it beside the secret`;
}

/** What is wrong with the form of a secret, as the end of a sentence: "is cut off: …". Undefined if nothing is. */
export function findSecretFault(secret: string): string | undefined {
  return judgeSecret(secret)?.message;
}
