import type { AccessTokens, Caller } from "./access-tokens.ts";
import { type Credential, createCredential } from "./credential.ts";

/** A credential and the identity behind it. */
export interface Principal {
  readonly credential: Credential;
  readonly caller: Caller;
}

/** The credentials that the tenant has issued. */
export class Principals {
  readonly #byClientId = new Map<string, Principal>();
  readonly #host: string;
  readonly #tokens: AccessTokens;

  constructor(host: string, tokens: AccessTokens) {
    this.#host = host;
    this.#tokens = tokens;
  }

  add(caller: Caller): Principal {
    const credential = createCredential(this.#host, caller.kind === "person" ? "pcc" : "spc");
    const principal = { credential, caller };
    this.#byClientId.set(credential.clientId, principal);
    return principal;
  }

  find(clientId: string | null): Principal | undefined {
    return this.#byClientId.get(clientId ?? "");
  }

  /** Refuses the credential and its tokens from now on. */
  revoke(principal: Principal): void {
    this.#byClientId.delete(principal.credential.clientId);
    this.#tokens.revoke(principal.caller);
  }
}
