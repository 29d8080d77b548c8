import type { PageRequest } from "./ports.ts";

/** A header that came once. */
function one({ headers }: PageRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * Whether the request is addressed to us: a page elsewhere must not reach this one under a name of its own (DNS rebinding).
 * @param hosts lower case, with the port where it is not the usual one.
 */
export function isForUs(request: PageRequest, hosts: readonly string[]): boolean {
  return hosts.includes(one(request, "host")?.toLowerCase() ?? "");
}

/** Whether a browser shows the page by itself, on its own: not in a frame, not for a script, not in advance. */
export function isOpened(request: PageRequest): boolean {
  const mode = one(request, "sec-fetch-mode");
  const place = one(request, "sec-fetch-dest");
  const purpose = one(request, "sec-purpose") ?? one(request, "purpose");
  return (
    (mode === undefined || mode === "navigate") &&
    (place === undefined || place === "document") &&
    purpose === undefined
  );
}

/** Whether a link elsewhere led here, in which case the browser keeps our cookies back. */
export function isFromElsewhere(request: PageRequest): boolean {
  const site = one(request, "sec-fetch-site");
  return site === "cross-site" || site === "same-site";
}

/**
 * Whether a form was sent by this very page. Browsers say "null" for the origin of a page that sends no referrer, and then
 * only `Sec-Fetch-Site` tells.
 * @param origin of our own.
 */
export function isOurForm(request: PageRequest, origin: string): boolean {
  const site = one(request, "sec-fetch-site");
  const from = one(request, "origin");
  if (site !== undefined && site !== "same-origin") return false;
  if (from !== undefined && from !== "null") return from === origin;
  return site === "same-origin";
}

/** Whether the body is a plain form. */
export function isForm(request: PageRequest): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(one(request, "content-type") ?? "");
}
