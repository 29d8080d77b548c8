import type { Fields } from "./parse.ts";

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
 * INTERNAL, UNAVAILABLE and their like.
 */
export function leavesOpen(answer: Fields | undefined): boolean {
  const code = readCode(answer);
  return code !== undefined && !NOT_DONE.has(code);
}

/** Whether an answer is C1's error object, which a gateway can send with a status of success. */
export function isErrorObject(answer: Fields): boolean {
  return (readCode(answer) ?? 0) !== 0 && typeof answer.message === "string";
}
