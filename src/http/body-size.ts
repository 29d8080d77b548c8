import type { IncomingHttpHeaders } from "node:http";

export const MAX_BODY_BYTES = 4 * 1024 * 1024;
export const TOO_LARGE = `Request body larger than ${MAX_BODY_BYTES} bytes`;

/** Bodies up to this size are always accepted and count as one request. */
export const SMALL_BYTES = 64 * 1024;

/** The body length that a request declares; 0 if it declares none. */
export function statedLength(headers: IncomingHttpHeaders): number {
  return Number(headers["content-length"] ?? 0);
}

/** The largest possible size of the body: a body of undeclared length counts as the maximum. */
export function largestLength(headers: IncomingHttpHeaders): number {
  return headers["transfer-encoding"] === undefined ? statedLength(headers) : MAX_BODY_BYTES;
}
