import type { BrowserRequest } from "./ports.ts";

/** The value of a header that occurs exactly once. */
function one({ headers }: BrowserRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * Whether the request is addressed to us: a web page elsewhere must not reach this one under a host name that it controls (DNS
 * rebinding).
 * @param hosts lower case, with the port if it is not the default.
 */
export function isForUs(request: BrowserRequest, hosts: readonly string[]): boolean {
  return hosts.includes(one(request, "host")?.toLowerCase() ?? "");
}

/** Whether a browser shows the page as a document of its own: not in a frame, not for a script, not as a prefetch. */
export function isOpened(request: BrowserRequest): boolean {
  const mode = one(request, "sec-fetch-mode");
  const place = one(request, "sec-fetch-dest");
  const purpose = one(request, "sec-purpose") ?? one(request, "purpose");
  return (
    (mode === undefined || mode === "navigate") &&
    (place === undefined || place === "document") &&
    purpose === undefined
  );
}

/** Whether the request comes from a link on another site, in which case the browser withholds our cookies. */
export function isFromElsewhere(request: BrowserRequest): boolean {
  const site = one(request, "sec-fetch-site");
  return site === "cross-site" || site === "same-site";
}

/**
 * Whether a form was submitted by this very page. For a page that sends no referrer, browsers send the origin "null", and then
 * only `Sec-Fetch-Site` tells.
 * @param origin our own origin.
 */
export function isOurForm(request: BrowserRequest, origin: string): boolean {
  const site = one(request, "sec-fetch-site");
  const from = one(request, "origin");
  if (site !== undefined && site !== "same-origin") return false;
  if (from !== undefined && from !== "null") return from === origin;
  return site === "same-origin";
}

/** Whether the body is a plain form. */
export function isForm(request: BrowserRequest): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(one(request, "content-type") ?? "");
}
