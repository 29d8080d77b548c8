import { ID_PATTERN, mintId } from "./ids.ts";

/** Maps gRPC codes to HTTP statuses as a gRPC gateway does. */
const STATUS_OF_CODE: Readonly<Record<number, number>> = {
  1: 499,
  2: 500,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  12: 501,
  13: 500,
  14: 503,
  16: 401,
};

/** A refusal in the API's own error form: `{code, message, details}`. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: number;
  readonly status: number;

  constructor(code: number, message: string, status = STATUS_OF_CODE[code] ?? 500) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function invalidArgument(message: string): ApiProblem {
  return new ApiProblem(3, message);
}

export function malformedId(field: string): ApiProblem {
  return invalidArgument(`invalid ${field}: value does not match regex pattern "${ID_PATTERN}"`);
}

/** The error for a well-formed id without an object: it never says what was not found. */
export function notFound(): ApiProblem {
  return new ApiProblem(5, "not found");
}

export function failedPrecondition(message: string): ApiProblem {
  return new ApiProblem(9, message);
}

export function permissionDenied(): ApiProblem {
  return new ApiProblem(7, "permission denied");
}

export function unauthenticated(message: string): ApiProblem {
  return new ApiProblem(16, message);
}

export function unimplemented(message = "Method Not Allowed"): ApiProblem {
  return new ApiProblem(12, message);
}

/** The gRPC code for an HTTP status; 2 ("unknown") if there is none. */
export function codeOfStatus(status: number): number {
  const found = Object.entries(STATUS_OF_CODE).find(([, candidate]) => candidate === status);
  return found === undefined ? 2 : Number(found[0]);
}

/** The body of an error response; each has its own request id. */
export function problemBody(code: number, message: string, nowMs: number): string {
  return JSON.stringify({ code, message: `${message} (request-id: ${mintId(nowMs)})`, details: [] });
}
