import type { Credential } from "../../config/credential.ts";
import { createSecretMemory } from "../../log/secret-memory.ts";
import type { Mint } from "./cache.ts";
import { requestToken, type TokenEndpointOptions } from "./token-endpoint.ts";

/** Workload federation: exchanges a JWT of another issuer for a C1 token. Reads the JWT anew for each mint. */
export function createTokenExchangeMint(
  { clientId, subjectToken }: Extract<Credential, { kind: "token_exchange" }>,
  options: TokenEndpointOptions,
): Mint {
  const remember = createSecretMemory(options.redactor);
  const { host } = options.transport;
  const advice = `Check the OIDC token and its trust in C1: its audience must be ${host}, and it must be at most 10 minutes old.`;
  return async (limits) => {
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: remember((await subjectToken()).trim()),
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      client_id: clientId,
    };
    const answer = await requestToken(form, advice, limits, options);
    if ("minted" in answer) return answer.minted;
    throw answer.refusal.failure;
  };
}
