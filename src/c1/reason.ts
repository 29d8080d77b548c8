import type { Redactor } from "../log/redact.ts";
import { cleanText } from "../text.ts";
import type { Headers } from "./exchange.ts";
import { parseObject } from "./parse.ts";

const REQUEST_ID = /[A-Za-z0-9._:/-]{1,128}/;
const REQUEST_ID_TAIL = new RegExp(`\\(request-id:\\s*(${REQUEST_ID.source})\\)\\s*$`, "i");
const TAIL_LENGTH = 300;

/** Far more than is shown, so that a secret at the cut is still recognised, and short enough for any pattern. */
const MAX_SCANNED = 8_000;
const REQUEST_ID_HEADERS = ["x-request-id", "x-c1-request-id", "x-conductorone-request-id", "request-id"];

/** Masks what a text must not show. */
export type Mask = (text: string) => string;

export interface Reason {
  /** The API's own message, safe to show; absent if the body is not C1's error object. */
  readonly text?: string;
  readonly requestId?: string;
}

/**
 * The error message and request id of a response. A body that is not C1's error object (a proxy's HTML, for example) is never
 * shown.
 * @param mask masks the message; ids are always masked with the redactor.
 */
export function readReason(
  body: string,
  headers: Headers,
  redactor: Redactor,
  mask: Mask = redactor.redact,
): Reason {
  const { message } = parseObject(body) ?? {};
  const words = typeof message === "string" ? message : "";
  const tail = REQUEST_ID_TAIL.exec(words.slice(-TAIL_LENGTH));
  const requestId = tail?.[1] ? redactor.redact(tail[1]) : readRequestId(headers, redactor);
  const text = showForeign(tail ? words.slice(0, words.lastIndexOf("(")) : words, mask).replace(/\.$/, "");
  return { ...(text !== "" && { text }), ...(requestId !== undefined && { requestId }) };
}

/** The request id in the headers of a response, if it looks like one. */
export function readRequestId(headers: Headers, redactor: Redactor): string | undefined {
  for (const name of REQUEST_ID_HEADERS) {
    const value = firstOf(headers[name]);
    if (value !== undefined && REQUEST_ID.exec(value)?.[0] === value) return redactor.redact(value);
  }
  return undefined;
}

/** Makes text from the server safe to show. Masks it before shortening, because a secret that is cut in half is not recognised. */
export function showForeign(text: string, mask: Mask): string {
  return mask(cleanText(mask(text.slice(0, MAX_SCANNED))));
}

export function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
