import type { IncomingMessage } from "node:http";
import { isLoopback } from "../loopback.ts";
import type { Guard } from "./guard.ts";
import { refuse } from "./refuse.ts";
import type { ReportRefused } from "./refused-names.ts";

/** The host names by which the server may be addressed, and the web origins that may call it. */
export interface Addressing {
  /** Lower case; includes a port only if just that port is allowed. */
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  /** Whether the server listens on a loopback address only; loopback names are then allowed too. */
  readonly loopback: boolean;
}

/** Of two, Node takes the first and drops the other without a word; a proxy may have judged that one. */
const SINGLE = ["Host", "Authorization"];

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/i;
const ORIGIN = /^https?:\/\/[^/?#@\s]+$/i;
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?$/;

/** Prevents DNS rebinding: a web page must not reach an internal server under a host name that the page controls. */
export function isAddressed({ hosts, origins, loopback }: Addressing, report?: ReportRefused): Guard {
  return (request, response) => {
    settleTarget(request);
    const repeated = SINGLE.find((name) => count(request, name) > 1);
    if (repeated) return refuse(response, 400, `Bad request: more than one ${repeated} header`);
    const { host, origin } = request.headers;
    if (!isHostAllowed(host ?? "")) {
      report?.("Host", host ?? "");
      return refuse(response, 403, "Forbidden: this Host is not served here");
    }
    if (origin === undefined || isOriginAllowed(origin)) return true;
    report?.("Origin", origin);
    return refuse(response, 403, "Forbidden: pages of this Origin may not call here");
  };

  function isHostAllowed(host: string): boolean {
    const [whole = "", name = ""] = AUTHORITY.exec(host.toLowerCase()) ?? [];
    if (whole === "" || !URL.canParse(`http://${whole}`)) return false;
    // IPv6 addresses have several spellings; the URL parser normalises them.
    const plain = name.startsWith("[") ? new URL(`http://${name}`).hostname : name;
    const port = whole.slice(name.length);
    return hosts.includes(plain) || hosts.includes(plain + port) || (loopback && isLoopback(plain));
  }

  function isOriginAllowed(origin: string): boolean {
    if (!ORIGIN.test(origin) || !URL.canParse(origin)) return false;
    const parsed = new URL(origin);
    return origins.includes(parsed.origin) || (loopback && isLoopback(parsed.hostname));
  }
}

/** If the request line holds a complete URL, its host overrides the Host header (RFC 9112, 3.2.2). */
function settleTarget(request: IncomingMessage): void {
  const [, authority, path = ""] = ABSOLUTE_FORM.exec(request.url ?? "") ?? [];
  if (authority === undefined) return;
  request.headers.host = authority;
  request.url = path.startsWith("/") ? path : `/${path}`;
}

function count({ rawHeaders }: IncomingMessage, wanted: string): number {
  const isWanted = (name: string) => name.toLowerCase() === wanted.toLowerCase();
  return rawHeaders.filter((name, index) => index % 2 === 0 && isWanted(name)).length;
}
