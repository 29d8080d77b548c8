import { createHash } from "node:crypto";
import { parseCookie, stringifySetCookie } from "cookie";
import type { Clock } from "../clock.ts";
import { createSeal } from "../seal.ts";
import type { PagePlan } from "../tools/page-port.ts";
import type { BrowserRequest } from "./ports.ts";

/** Identifies the browser that opened a page first. */
export interface Visitor {
  readonly id: string;
  /** The person who logged in there. */
  readonly person?: { readonly issuer: string; readonly subject: string };
}

export interface Cookies {
  /** The visitor of a page; undefined for any browser but the first. */
  read(request: BrowserRequest, plan: PagePlan): Visitor | undefined;
  /** The value of a `Set-Cookie` header. `base` is the URL prefix of links. */
  write(visitor: Visitor, plan: PagePlan, base: string): string;
}

/** Cookies contain their data, sealed, so that any replica with the same key can read them. */
export function createCookies(key: string | undefined, { now }: Pick<Clock, "now">): Cookies {
  const { seal, open } = createSeal<Visitor>(key, "page cookie", now);
  return {
    read({ headers }, plan) {
      const opened = open(readCookies(headers.cookie)[nameOf(plan)] ?? "");
      const visitor = typeof opened === "object" ? opened.value : undefined;
      return visitor?.id === plan.id ? visitor : undefined;
    },
    write(visitor, plan, base) {
      const lifeMs = plan.expires - now();
      return writeCookie(nameOf(plan), seal(visitor, lifeMs), {
        url: new URL(base),
        lifeMs,
        sameSite: "strict",
      });
    },
  };
}

/** The values of all cookies by name; of several with one name, the first. */
export function readCookies(
  header: BrowserRequest["headers"][string],
): Readonly<Record<string, string | undefined>> {
  return parseCookie(typeof header === "string" ? header : (header ?? []).join("; "));
}

export interface CookieOptions {
  /** Where the browser sends the cookie: to this path and below, and only encrypted if the scheme is https. */
  readonly url: URL;
  /** Milliseconds; 0 deletes the cookie. */
  readonly lifeMs: number;
  readonly sameSite: "strict" | "lax";
}

/** The value of a `Set-Cookie` header. Scripts cannot read the cookie. */
export function writeCookie(name: string, value: string, { url, lifeMs, sameSite }: CookieOptions): string {
  return stringifySetCookie({
    name,
    value,
    path: url.pathname,
    maxAge: Math.max(0, Math.ceil(lifeMs / 1000)),
    httpOnly: true,
    sameSite,
    secure: url.protocol === "https:",
  });
}

/** One cookie per page, so that two pages open at the same time do not overwrite each other's. */
function nameOf({ id }: PagePlan): string {
  return `c1page_${createHash("sha256").update(id).digest("hex").slice(0, 16)}`;
}
