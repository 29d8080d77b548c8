import type { ArrivedAnswer } from "./exchange.ts";
import { type Fields, parseObject } from "./parse.ts";

/**
 * gRPC statuses with which C1 says that it did not do what it was asked to: INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS,
 * PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED and UNAUTHENTICATED.
 */
const NOT_DONE: ReadonlySet<number> = new Set([3, 5, 6, 7, 8, 9, 11, 12, 16]);

/** The gRPC status of a response, which C1's errors carry as `code` in addition to the HTTP status. */
function readCode(answer: Fields | undefined): number | undefined {
  const code = answer?.code;
  return Number.isInteger(code) ? (code as number) : undefined;
}

/**
 * Whether an error leaves the outcome of the request open, whatever its HTTP status: DEADLINE_EXCEEDED, ABORTED, INTERNAL,
 * UNAVAILABLE and similar. An error whose body was cut off could be one of these.
 */
export function leavesOpen({ body, isCut }: ArrivedAnswer): boolean {
  const code = readCode(parseObject(body));
  return isCut === true || (code !== undefined && !NOT_DONE.has(code));
}

/** Whether an error says that a request was abandoned because it conflicted with another one: ABORTED. */
export function isAborted({ body }: ArrivedAnswer): boolean {
  return readCode(parseObject(body)) === 10;
}

/**
 * Whether a response is an error object of C1 or a gateway, which can come with a success status. No regular response has these
 * fields.
 */
export function isErrorObject({ code, error }: Fields): boolean {
  return isSet(code) || isSet(error);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== 0;
}
