import { COPY_SECRET_AGAIN, judgeSecret, REMOVE_QUOTES } from "../c1/auth/judge-secret.ts";
import { EXCHANGE_ID_AND_SECRET } from "../config/tenant.ts";
import { type Finding, fail, ok } from "./finding.ts";
import { type Places, VARIABLES } from "./places.ts";

/** Whether the text can be a C1 client secret, judged by its form only. Says what it looks like, without showing any of it. */
export function checkClientSecret(secret: string, places: Places = VARIABLES): Finding {
  const fault = judgeSecret(secret);
  if (!fault) return ok("the client secret holds an Ed25519 private key");
  const fixes = {
    client_id: EXCHANGE_ID_AND_SECRET,
    quoted: REMOVE_QUOTES,
    token: `Put a C1 access token into ${places.accessToken}, or the token of your identity provider into ${places.oidcToken}.`,
  };
  return fail(
    `${places.clientSecret} ${fault.message}`,
    fault.kind === undefined ? COPY_SECRET_AGAIN : fixes[fault.kind],
  );
}
