import type { IncomingHttpHeaders } from "node:http";

export const MAX_BODY_BYTES = 4 * 1024 * 1024;
export const TOO_LARGE = `Request body larger than ${MAX_BODY_BYTES} bytes`;

/** Bodies up to this size always have room, and count as one request. */
export const SMALL_BYTES = 64 * 1024;

/** The length that a request states; 0 where it states none. */
export function statedLength(headers: IncomingHttpHeaders): number {
  return Number(headers["content-length"] ?? 0);
}

/** The largest size that the body can have: one of unknown length counts as the largest allowed. */
export function largestLength(headers: IncomingHttpHeaders): number {
  return headers["transfer-encoding"] === undefined ? statedLength(headers) : MAX_BODY_BYTES;
}
