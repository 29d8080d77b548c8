import { type OutgoingHttpHeaders, request } from "node:http";
import type { BrowserRequest, PageAnswer, Site } from "../../src/page/ports.ts";
import { createPageService, type PageServiceOptions, type ServedPage } from "../../src/page/service.ts";
import type { LazyPage } from "../../src/tools/page-port.ts";

export const PAGE_BASE = "http://127.0.0.1:43111/page/";

/** Nothing listens on this address: requests are passed to the page directly. */
export const FIXED_SITE: Site = { open: async () => PAGE_BASE, close: () => undefined };

/** The page in this process, as the tools load it. */
export function createTestPage(
  options: Omit<PageServiceOptions, "site" | "key"> & Partial<PageServiceOptions>,
): LazyPage & { readonly service: ServedPage } {
  const service = createPageService({ site: FIXED_SITE, key: undefined, ...options });
  let isLoaded = false;
  return {
    service,
    off: () => undefined,
    async load() {
      isLoaded = true;
      return service;
    },
    loaded: () => (isLoaded ? service : undefined),
  };
}

/** A page as a browser shows it. */
export interface Shown {
  readonly status: number;
  readonly html: string;
  /** The visible text. */
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Names of the fields of the form, hidden ones included, with their values. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The parts of a browser that forms need: cookies, and the headers that tell a request's origin. */
export class Browser {
  readonly #handle: ServedPage["handle"];
  readonly cookies = new Map<string, string>();

  constructor(handle: ServedPage["handle"]) {
    this.#handle = handle;
  }

  /** Opens a link that was pasted into the address bar. */
  open(url: string, headers: Record<string, string | undefined> = {}): Promise<Shown> {
    return this.#ask(url, "GET", "", { "sec-fetch-site": "none", ...headers });
  }

  /** Fills in and submits the displayed form. */
  send(
    url: string,
    shown: Shown,
    typed: Record<string, string>,
    headers: Record<string, string | undefined> = {},
  ): Promise<Shown> {
    const body = new URLSearchParams({ ...shown.fields, decision: "yes", ...typed }).toString();
    return this.#ask(url, "POST", body, {
      "content-type": "application/x-www-form-urlencoded",
      // As browsers send them for a page with the referrer policy "no-referrer".
      origin: "null",
      "sec-fetch-site": "same-origin",
      ...headers,
    });
  }

  async #ask(
    url: string,
    method: string,
    body: string,
    headers: Record<string, string | undefined>,
  ): Promise<Shown> {
    const { host, pathname: path, search: query } = new URL(url);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const made: BrowserRequest = {
      method,
      path,
      query,
      body,
      headers: {
        host,
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        ...(cookie !== "" && { cookie }),
        ...headers,
      },
    };
    const answer = await this.#handle(made);
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [name = "", value = ""] = line.split(";", 1)[0]?.split(/=(.*)/) ?? [];
      this.cookies.set(name, value);
    }
    return { status: answer.status, headers: answer.headers, html: answer.body, ...readHtml(answer.body) };
  }
}

function readHtml(html: string): Pick<Shown, "text" | "fields"> {
  const fields = [...html.matchAll(/<(?:input|textarea)\b[^>]*>/g)].map(([tag]) => [
    /name="([^"]*)"/.exec(tag)?.[1] ?? "",
    /value="([^"]*)"/.exec(tag)?.[1] ?? "",
  ]);
  const main = html.slice(html.indexOf("<main>"), html.indexOf("</main>"));
  const text = main
    .replace(/<[^>]*>/g, " ")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim();
  return { text, fields: Object.fromEntries(fields) };
}

/** Reads the link and the code from a `person_needed` answer. */
export function readLink(text: string): { readonly url: string; readonly code: string } {
  const [, url = "", code = ""] = /open (\S+?)(?: and enter the code (\w{6}) there)?,/.exec(text) ?? [];
  return { url, code };
}

/** Sends a page request over a real connection. */
export async function askOverHttp({
  method,
  path,
  query,
  headers,
  body,
}: BrowserRequest): Promise<PageAnswer> {
  const { hostname, port } = new URL(`http://${String(headers.host)}`);
  const given = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ) as OutgoingHttpHeaders;
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path: path + query, headers: given };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const answered = response.headers as PageAnswer["headers"];
        resolve({
          status: response.statusCode ?? 0,
          headers: answered,
          body: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
