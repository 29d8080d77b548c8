import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { logInUntil } from "./oauth-login.ts";

/** A page after all redirects. */
export interface WebPage {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
  /** The visible text. */
  readonly text: string;
}

/** Name and value of a longer cookie are dropped without a word, as browsers do. */
const MAX_COOKIE = 4_096;

/** The parts of a browser that the page and a login need, over real HTTP: cookies by path, redirects, forms without scripts. */
export class WebBrowser {
  readonly #jar = new Map<
    string,
    { readonly value: string; readonly path: string; readonly strict: boolean }
  >();
  readonly #person: string;

  /** @param person the user for all logins. */
  constructor(person: string) {
    this.#person = person;
  }

  /** Opens an address. Completes logins, and follows pages that reload themselves. */
  async open(address: string | URL): Promise<WebPage> {
    let url = new URL(address);
    const home = url.host;
    let site = "none";
    for (let step = 0; step < 10; step += 1) {
      const { status, headers, html } = await this.#send(url, site);
      const { location } = headers;
      if (location !== undefined) {
        url = new URL(location, url);
        if (url.host !== home) {
          url = await logInUntil(({ host }) => host === home, url, this.#person);
          site = "cross-site";
        }
        continue;
      }
      const again = /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(html)?.[1];
      if (again === undefined) return readPage(url, status, html);
      url = new URL(again, url);
      site = "same-origin";
    }
    throw new Error(`${address} goes round in circles`);
  }

  /** Submits a page's form, including hidden fields. */
  async send(page: WebPage, typed: Readonly<Record<string, string>>): Promise<WebPage> {
    const hidden = [...page.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name, value]) => [name ?? "", value ?? ""]));
    const body = new URLSearchParams({ ...fields, ...typed });
    const { status, html } = await this.#send(page.url, "same-origin", body);
    return readPage(page.url, status, html);
  }

  async #send(url: URL, site: string, form?: URLSearchParams): Promise<Answer> {
    const cookies = [...this.#jar].filter(
      ([, { path, strict }]) => url.pathname.startsWith(path) && !(strict && site === "cross-site"),
    );
    const answer = await send(
      url,
      {
        cookie: cookies.map(([name, { value }]) => `${name}=${value}`).join("; "),
        "sec-fetch-site": site,
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        ...(form && { origin: "null", "content-type": "application/x-www-form-urlencoded" }),
      },
      form,
    );
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [pair = "", ...attributes] = line.split("; ");
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      const path = attributes.find((one) => one.startsWith("Path="))?.slice("Path=".length) ?? "/";
      if (name.length + value.length > MAX_COOKIE) continue;
      if (attributes.includes("Max-Age=0")) this.#jar.delete(name);
      else this.#jar.set(name, { value, path, strict: attributes.includes("SameSite=Strict") });
    }
    return answer;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly html: string;
}

/** Does not use `fetch`, which sets the `Sec-Fetch-*` headers itself. */
async function send(url: URL, headers: Record<string, string>, form?: URLSearchParams): Promise<Answer> {
  const asked = request(url, { method: form ? "POST" : "GET", headers });
  asked.end(form?.toString());
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, html: await text(response) };
}

function readPage(url: URL, status: number, html: string): WebPage {
  const text = html
    .slice(html.indexOf("<main>"))
    .replace(/<[^>]*>/g, " ")
    .replace(/&quot;/g, '"');
  return { url, status, html, text: text.replace(/\s+/g, " ").trim() };
}
