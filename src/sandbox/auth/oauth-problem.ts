import { type Answer, jsonAnswer } from "../answer.ts";

/** A refusal by the token endpoint, in OAuth's form and not the API's. */
export class OAuthProblem extends Error {
  override readonly name = "OAuthProblem";
  readonly status: 400 | 401 | 405;
  readonly error: string;
  readonly headers: Record<string, string>;

  constructor(status: 400 | 401 | 405, error: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }

  toAnswer(): Answer {
    return jsonAnswer(this.status, { error: this.error, error_description: this.message }, this.headers);
  }
}

export function invalidRequest(message: string): OAuthProblem {
  return new OAuthProblem(400, "invalid_request", message);
}

export function invalidClient(message: string): OAuthProblem {
  return new OAuthProblem(401, "invalid_client", message);
}

export function invalidGrant(message: string): OAuthProblem {
  return new OAuthProblem(400, "invalid_grant", message);
}

/**
 * The response of a tenant that does not accept signed assertions. The real wording is not known; this is the standard error for
 * a client that may not use a method.
 */
export const ASSERTION_UNSUPPORTED_ERROR = {
  error: "unauthorized_client",
  error_description: "client assertion is not supported for this client",
} as const;
