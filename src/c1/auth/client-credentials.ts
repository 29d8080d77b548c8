import type { Limits } from "../../clock.ts";
import type { Credential } from "../../config/credential.ts";
import type { Failure } from "../../errors.ts";
import { createSecretMemory } from "../../log/secret-memory.ts";
import { CHECK_CREDENTIAL } from "../problem.ts";
import type { Mint } from "./cache.ts";
import {
  buildAssertionForm,
  isAssertionUnsupported,
  parseSecretKey,
  signAssertion,
} from "./client-assertion.ts";
import { buildSecretForm } from "./client-secret.ts";
import { explainRefusedClient, keepSecret, mayTakeSecret, refuseDamaged } from "./explain-credential.ts";
import { judgeSecret } from "./judge-secret.ts";
import { requestToken, type TokenAnswer, type TokenEndpointOptions } from "./token-endpoint.ts";

export interface ClientCredentialsOptions extends TokenEndpointOptions {
  /** Name of the credential, on a server with several. */
  readonly name?: string | undefined;
}

/**
 * Mints with a signed assertion if the secret holds a key. If the endpoint does not accept assertions, sends the secret in the
 * body instead; once that has worked, it stays the method for the life of the process. That is C1's documented way, but whoever
 * receives it has the credential, so it is for hosts of C1 and for an address that the operator has set: to a host that the
 * client id names, no more than an assertion is sent. A secret that is certainly damaged is not sent at all: the mint rejects with
 * `not_configured`.
 */
export function createClientCredentialsMint(
  { clientId, clientSecret }: Extract<Credential, { kind: "client_credentials" }>,
  options: ClientCredentialsOptions,
): Mint {
  const { redactor, clock, transport, name } = options;
  const rememberSecret = createSecretMemory(redactor);
  const rememberKey = createSecretMemory(redactor);
  const rememberAssertion = createSecretMemory(redactor);
  const audience = new URL(`https://${transport.host}`).hostname;
  const takesSecret = mayTakeSecret(transport.host, clientId);
  let secretInBody = false;

  async function sendSecret(secret: string, limits: Limits, refused?: Failure): Promise<TokenAnswer> {
    if (!takesSecret) throw keepSecret(transport.host, { name, refused });
    return requestToken(buildSecretForm(clientId, secret), CHECK_CREDENTIAL, limits, options);
  }

  return async (limits) => {
    const secret = rememberSecret((await clientSecret()).trim());
    const key = parseSecretKey(secret);
    if (key) {
      rememberKey(secret.slice(secret.lastIndexOf(":") + 1));
      rememberKey(key.d);
    }
    const fault = judgeSecret(secret);
    if (fault && !fault.mayBeValid) throw refuseDamaged(fault, name);
    const take = (answer: TokenAnswer) => {
      if ("minted" in answer) return answer.minted;
      throw explainRefusedClient(answer.refusal, fault, { clientId, name });
    };
    if (!key || secretInBody) return take(await sendSecret(secret, limits));

    const assertion = rememberAssertion(await signAssertion({ key, clientId, audience, now: clock.now() }));
    const form = buildAssertionForm(clientId, assertion);
    const answer = await requestToken(form, CHECK_CREDENTIAL, limits, options);
    if ("minted" in answer || !isAssertionUnsupported(answer.refusal)) return take(answer);
    const minted = take(await sendSecret(secret, limits, answer.refusal.failure));
    secretInBody = true;
    return minted;
  };
}
