import { type Answer, jsonAnswer } from "../answer.ts";
import { invalidRequest, OAuthProblem } from "../auth/oauth-problem.ts";
import type { Assertions } from "./assertions.ts";

/** The issuer's pages. All but the first three belong to the sandbox only and are no part of C1. */
const PAGES: Readonly<Record<string, (assertions: Assertions, form: URLSearchParams) => unknown>> = {
  "/.well-known/openid-configuration": describeIssuer,
  "/.well-known/oauth-authorization-server": describeIssuer,
  "/auth/v1/jwks": (assertions) => assertions.publishKeys(),
  "/sandbox/sign_in": async (assertions, form) => ({
    id_token: await assertions.signIn(read(form, "email"), read(form, "client_id")),
  }),
  "/sandbox/grant": (assertions, form) => change(form, (email, scope) => assertions.grant(email, scope)),
  "/sandbox/revoke": (assertions, form) => change(form, (email, scope) => assertions.revoke(email, scope)),
};

export function isIssuerPath(path: string): boolean {
  return Object.hasOwn(PAGES, path);
}

export async function answerIssuerRequest(
  path: string,
  assertions: Assertions,
  body: Buffer,
): Promise<Answer> {
  try {
    return jsonAnswer(200, await PAGES[path]?.(assertions, new URLSearchParams(body.toString("utf8"))));
  } catch (error) {
    if (error instanceof OAuthProblem) return error.toAnswer();
    throw error;
  }
}

function describeIssuer({ issuer }: Assertions) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/auth/v1/authorize`,
    token_endpoint: `${issuer}/auth/v1/token`,
    jwks_uri: `${issuer}/auth/v1/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["ES256"],
    grant_types_supported: ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"],
    token_endpoint_auth_methods_supported: ["client_secret_post"],
  };
}

function change(form: URLSearchParams, make: (email: string, scope: string) => void): object {
  for (const scope of read(form, "scope").split(" ")) make(read(form, "email"), scope);
  return {};
}

function read(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null) throw invalidRequest(`${name} is missing`);
  return value;
}
