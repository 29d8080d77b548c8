import type { Secret } from "../../config/credential.ts";
import { Failure } from "../../errors.ts";
import type { Redactor } from "../../log/redact.ts";
import { createSecretMemory } from "../../log/secret-memory.ts";
import { isTokenText } from "./token-endpoint.ts";
import type { TokenSource } from "./token-source.ts";

/**
 * A fixed token from the configuration, read anew for each request. There is nothing to renew it with, so a 401 is final.
 * @param name of the credential, on a server with several.
 */
export function createAccessTokenSource(token: Secret, redactor: Redactor, name?: string): TokenSource {
  const remember = createSecretMemory(redactor);
  const place =
    name === undefined ? "Set CONDUCTORONE_ACCESS_TOKEN to" : `Let the file of the credential ${name} hold`;
  return {
    async getToken() {
      const value = remember((await token()).trim());
      if (isTokenText(value)) return value;
      throw new Failure(
        "not_configured",
        "The configured access token is empty or holds characters no token has.",
        {
          next: `${place} the token alone.`,
        },
      );
    },
    dropToken: () => false,
  };
}
