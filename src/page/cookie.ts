import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import { createSeal } from "../seal.ts";
import type { PagePlan } from "../tools/page-port.ts";
import type { PageRequest } from "./ports.ts";

/** Identifies the browser that opened a page first. */
export interface Visitor {
  readonly id: string;
  /** The person who logged in there. */
  readonly person?: { readonly issuer: string; readonly subject: string };
}

export interface Cookies {
  /** The visitor of a page; undefined for any browser but the first. */
  read(request: PageRequest, plan: PagePlan): Visitor | undefined;
  /** The value of a `Set-Cookie` header. `base` is the URL prefix of links. */
  write(visitor: Visitor, plan: PagePlan, base: string): string;
}

/** Cookies contain their data, sealed, so that any replica with the same key can read them. */
export function createCookies(key: string | undefined, { now }: Pick<Clock, "now">): Cookies {
  const { seal, open } = createSeal<Visitor>(key, "page cookie", now);
  return {
    read({ headers }, plan) {
      const [opened] = readCookies(headers.cookie, nameOf(plan)).map(open);
      const visitor = typeof opened === "object" ? opened.value : undefined;
      return visitor?.id === plan.id ? visitor : undefined;
    },
    write(visitor, plan, base) {
      const { protocol, pathname } = new URL(base);
      const secure = protocol === "https:" ? "; Secure" : "";
      const seconds = Math.max(0, Math.ceil((plan.expires - now()) / 1000));
      const value = seal(visitor, plan.expires - now());
      return `${nameOf(plan)}=${value}; Path=${pathname}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
    },
  };
}

/** The values of all cookies with a name, in the order in which they came. */
export function readCookies(header: PageRequest["headers"][string], name: string): string[] {
  const text = typeof header === "string" ? header : (header ?? []).join("; ");
  return text
    .split(";")
    .map((part) => part.trim())
    .flatMap((part) => (part.startsWith(`${name}=`) ? [part.slice(name.length + 1)] : []));
}

/** One cookie per page, so that two pages open at the same time do not overwrite each other's. */
function nameOf({ id }: PagePlan): string {
  return `c1page_${createHash("sha256").update(id).digest("hex").slice(0, 16)}`;
}
