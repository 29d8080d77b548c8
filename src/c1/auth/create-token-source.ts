import type { Clock } from "../../clock.ts";
import type { Credential } from "../../config/credential.ts";
import { Failure } from "../../errors.ts";
import type { Redactor } from "../../log/redact.ts";
import type { Transport } from "../transport.ts";
import { createAccessTokenSource } from "./access-token.ts";
import { createTokenCache } from "./cache.ts";
import { createClientCredentialsMint } from "./client-credentials.ts";
import { createTokenExchangeMint } from "./token-exchange.ts";
import type { TokenSource } from "./token-source.ts";

export interface TokenSourceOptions {
  readonly transport: Transport;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: () => number;
  /** Name of the credential, on a server with several. */
  readonly name?: string | undefined;
}

/**
 * The token source for a kind of credential. Reads no secret until the first call. Each of its `not_configured` failures is
 * about the credential, and has that as its reason.
 */
export function createTokenSource(credential: Credential, options: TokenSourceOptions): TokenSource {
  const source = createSource(credential, options);
  return { ...source, getToken: (limits) => source.getToken(limits).catch(blameCredential) };
}

function blameCredential(error: unknown): never {
  const isOurs = error instanceof Failure && error.code === "not_configured";
  throw isOurs ? error.with({ reason: "bad_credential" }) : error;
}

function createSource(credential: Credential, options: TokenSourceOptions): TokenSource {
  switch (credential.kind) {
    case "access_token":
      return createAccessTokenSource(credential.token, options.redactor, options.name);
    case "token_exchange":
      return createTokenCache(createTokenExchangeMint(credential, options), options);
    case "client_credentials":
      return createTokenCache(createClientCredentialsMint(credential, options), options);
  }
}
