import { judgeSecret } from "../c1/auth/judge-secret.ts";

/** What is wrong with the form of a secret, as the end of a sentence: "is cut off: …". Undefined if nothing is. */
export function findSecretFault(secret: string): string | undefined {
  return judgeSecret(secret)?.message;
}
