/**
 * Why the token endpoint issues no token, in OAuth's form (RFC 6749, 5.2). The text is our own and contains nothing from the
 * request.
 */
export class GrantProblem extends Error {
  readonly error: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    error: string,
    message: string,
    { status = 400, headers = {} }: { status?: number; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.error = error;
    this.status = status;
    this.headers = headers;
  }
}

export function invalidRequest(message: string): GrantProblem {
  return new GrantProblem("invalid_request", message);
}

/** The one answer to every unknown client, so that client ids cannot be guessed. */
export function invalidClient(): GrantProblem {
  return new GrantProblem(
    "invalid_client",
    "The client is not known here, or did not prove that it is that one",
    {
      status: 401,
      headers: { "www-authenticate": 'Basic realm="c1-admin-mcp"' },
    },
  );
}

export function invalidGrant(message: string): GrantProblem {
  return new GrantProblem("invalid_grant", message);
}
