import { judgeSecret } from "../c1/auth/judge-secret.ts";
import { describeWrongId, isOfTrust, OF_TRUST } from "../config/client-id.ts";
import { isClientId } from "../init/credential.ts";

/** The form of a client id that has a secret, as people are told it. */
export const FORM_WITH_SECRET = "name@tenant-host/pcc (or /spc)";

/** What is wrong with a client id beside a secret, as the end of a sentence. Undefined if nothing is. */
export function findIdFault(clientId: string): string | undefined {
  if (!isClientId(clientId)) return describeWrongId(clientId, FORM_WITH_SECRET);
  return isOfTrust(clientId) ? OF_TRUST : undefined;
}

/** What is wrong with the form of a secret, as the end of a sentence: "is cut off: …". Undefined if nothing is. */
export function findSecretFault(secret: string): string | undefined {
  return judgeSecret(secret)?.message;
}
