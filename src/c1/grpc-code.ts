import type { ArrivedAnswer } from "./exchange.ts";
import { type Fields, parseObject } from "./parse.ts";

/**
 * gRPC statuses by which C1 says that it did not do what it was asked: INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS,
 * PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED and UNAUTHENTICATED.
 */
const NOT_DONE: ReadonlySet<number> = new Set([3, 5, 6, 7, 8, 9, 11, 12, 16]);

/** The gRPC status in an answer, which C1's errors carry as `code` beside the HTTP status. */
function readCode(answer: Fields | undefined): number | undefined {
  const code = answer?.code;
  return Number.isInteger(code) ? (code as number) : undefined;
}

/**
 * Whether an error leaves open what became of the request, whatever its HTTP status says: DEADLINE_EXCEEDED, ABORTED,
 * INTERNAL, UNAVAILABLE and their like. An error whose body was cut off could be one of these.
 */
export function leavesOpen({ body, isCut }: ArrivedAnswer): boolean {
  const code = readCode(parseObject(body));
  return isCut === true || (code !== undefined && !NOT_DONE.has(code));
}

/** Whether an error says that a request was abandoned because it collided with another one: ABORTED. */
export function isAborted({ body }: ArrivedAnswer): boolean {
  return readCode(parseObject(body)) === 10;
}

/** Whether an answer is an error object, C1's or a gateway's, which can come with a status of success. No answer has such fields. */
export function isErrorObject({ code, error }: Fields): boolean {
  return isSet(code) || isSet(error);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== 0;
}
