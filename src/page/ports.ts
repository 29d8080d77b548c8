import type { UserIdentity } from "../caller.ts";

/*
 * The page, on which a person types a secret or agrees to a write, outside the model and its client. It serves both transports:
 * over stdio through a listener on loopback that is open only while something is asked for, over HTTP through the server itself.
 * The link contains the request, sealed; submitting the page performs the write, through the tools.
 *
 * `service.ts` assembles the page and is what the tools see. `handle.ts` handles requests as a plain function, which `mount.ts` and
 * `listener.ts` connect to a socket. `views.ts` contains the texts, `layout.ts` the HTML. None of this is loaded until something
 * is asked for.
 */

/** The parts of a request that the page looks at. */
export interface BrowserRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Includes its `?`; empty if there is none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Undefined if it was longer than allowed. */
  readonly body: string | undefined;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** Where the page is reachable. */
export interface Site {
  /** Returns the URL prefix of links, with a trailing slash. Opens the listener if necessary. */
  open(): Promise<string>;
  /** Called when nothing is asked for any more. */
  close(): void;
}

/** Establishes over HTTP who is using the page: only the person who asked may use it. */
export interface Login {
  /**
   * Returns where to send the browser, or why it cannot log in now.
   * @param page path of the page to return to.
   * @returns the cookies contain what `finish` needs; they must survive the return from another site (SameSite=Lax).
   */
  start(page: string): Promise<LoginStart>;
  /** Judges a browser that returns to `<base>login`. `cookies` clears those of `start`. */
  finish(request: BrowserRequest): Promise<LoginEnd>;
}

export type LoginStart =
  | { readonly location: string; readonly cookies: readonly string[] }
  /** In a sentence for the person. */
  | { readonly problem: string };

export type LoginEnd = {
  readonly cookies: readonly string[];
} & (
  | { readonly page: string; readonly person: Pick<UserIdentity, "issuer" | "subject"> }
  /** Why not, in a sentence for the person. */
  | { readonly problem: string }
);
