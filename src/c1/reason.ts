import type { Redactor } from "../log/redact.ts";
import { cleanText } from "../text.ts";
import type { Headers } from "./exchange.ts";
import { parseObject } from "./parse.ts";

const REQUEST_ID = /[A-Za-z0-9._:/-]{1,128}/;
const REQUEST_ID_TAIL = new RegExp(`\\(request-id:\\s*(${REQUEST_ID.source})\\)\\s*$`, "i");
const TAIL_LENGTH = 300;

/** Far more than is shown, so that a secret at the cut is still recognised; little enough for any pattern. */
const MAX_SCANNED = 8_000;
const REQUEST_ID_HEADERS = ["x-request-id", "x-c1-request-id", "x-conductorone-request-id", "request-id"];

/** Takes out of a text what must not be shown. */
export type Mask = (text: string) => string;

export interface Reason {
  /** The API's own words, safe to show; absent when the body is not C1's error object. */
  readonly text?: string;
  readonly requestId?: string;
}

/**
 * The error message and request id of an answer. A body that is not C1's error object (a proxy's HTML, say) is never shown.
 * @param mask what the words are masked with; ids are masked with the redactor in any case.
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

/** The request id in an answer's headers, if it looks like one. */
export function readRequestId(headers: Headers, redactor: Redactor): string | undefined {
  for (const name of REQUEST_ID_HEADERS) {
    const value = firstOf(headers[name]);
    if (value !== undefined && REQUEST_ID.exec(value)?.[0] === value) return redactor.redact(value);
  }
  return undefined;
}

/** Text from the server, made safe to show. Masked before it is shortened, because a secret that is cut in half is not recognised. */
export function showForeign(text: string, mask: Mask): string {
  return mask(cleanText(mask(text.slice(0, MAX_SCANNED))));
}

export function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
