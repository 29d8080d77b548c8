import type { UserIdentity } from "../caller.ts";

/*
 * The page: where a person types a secret, or agrees to a write, outside the model and its client. One room for both
 * transports: over stdio it is served by a listener on loopback that is open only while something is asked for, over HTTP by
 * the server itself. What is asked is in the link, sealed; the write is done by the page's own POST, through the tools.
 *
 * `room.ts` puts it together and is what the tools see; `handle.ts` answers requests as a plain function, which `mount.ts`
 * and `listener.ts` put on a socket; `views.ts` has the words, `layout.ts` the HTML. Nothing here is read before something is
 * asked for.
 */

/** A request, as far as the page looks at it. */
export interface PageRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** With its `?`; empty without one. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Undefined when it was longer than allowed. */
  readonly body: string | undefined;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** Where the page is reached. */
export interface Site {
  /** Address that links begin with; ends with a slash. Opens what must be open first. */
  open(): Promise<string>;
  /** Nothing is asked for any more. */
  close(): void;
}

/** Finds out over HTTP who has the page before them: who asked, and nobody else, may use it. */
export interface Login {
  /**
   * Where to send the browser.
   * @param page path of the page to come back to.
   * @returns the cookies hold what `finish` needs; they must survive the way back from another site (SameSite=Lax).
   */
  start(page: string): Promise<{ readonly location: string; readonly cookies: readonly string[] }>;
  /** Judges a browser that comes back to `<base>login`. `cookies` clears those of `start`. */
  finish(request: PageRequest): Promise<LoginEnd>;
}

export type LoginEnd = {
  readonly cookies: readonly string[];
} & (
  | { readonly page: string; readonly person: Pick<UserIdentity, "issuer" | "subject"> }
  /** Why not, in a sentence for the person. */
  | { readonly problem: string }
);
