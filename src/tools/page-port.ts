import type { Failure } from "../errors.ts";
import type { AskedField } from "./asked-field.ts";
import type { ToolContext } from "./define.ts";
import type { Performed } from "./performed.ts";
import type { PageLink } from "./visits.ts";

/*
 * What the tools and the page know of each other. A call that needs a person outside the client leaves an asking behind; the
 * page shows it, and does the write itself as that very call would have: same caller, same checks, same id in the audit trail.
 */

/** All that is needed to show a page and to do its write, in any process. It never holds a secret. */
export interface PagePlan extends Pick<ToolContext, "principal" | "caller" | "client"> {
  /** The write's id in the audit records. */
  readonly id: string;
  readonly tool: string;
  readonly tenant: string;
  /** As the tool's schema has them. */
  readonly args: unknown;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly expires: number;
}

/** The way to the page, whose code is read when something is first asked for. */
export interface PageDoor {
  /** Why this caller can be shown none, to complete a sentence; undefined when they can. */
  off(context: ToolContext): string | undefined;
  enter(): Promise<PageRoom>;
  /** Undefined as long as nothing was asked for. */
  entered(): PageRoom | undefined;
}

/** The page, as the tools use it. */
export interface PageRoom {
  readonly askings: Askings;
  open(plan: PagePlan): Promise<PageLink>;
  /** Uses up an asking, so that no page can do its write any more. False when one has done so, or is doing it. */
  claim(id: string): Promise<boolean>;
  /** Nobody waits for this one any more. */
  close(id: string): void;
}

/** How an asking ended: as the call that the page made. */
export type PageEnd =
  | { readonly performed: Performed }
  /** `credential`: the one that served the call, where the server has several. */
  | { readonly failure: Failure; readonly credential?: string };

/** Something that a person is asked for on the page, as far as this process knows of it. */
export interface Asking {
  /** The same call of the same caller is the same asking. */
  readonly key: string;
  readonly plan: PagePlan;
  readonly link: PageLink;
  /** Resolves when the write that the page did is over, with all that a caller may wait for. */
  readonly end: Promise<PageEnd>;
  /** "working": the page was sent and does its write. */
  readonly phase: "open" | "working" | "ended" | "withdrawn";
}

/** The askings of this process, until their links expire. */
export interface Askings {
  /** The one for a call whose end was not told yet. */
  find(key: string): Asking | undefined;
  byId(id: string): Asking | undefined;
  /** Whether a page is of use to anybody, or at work. */
  isAnyLive(): boolean;
  add(key: string, plan: PagePlan, link: PageLink): Asking;
  /** Notes what becomes of one; unknown ids, whose call came to another process, are of no interest. */
  begin(id: string, end: Promise<PageEnd>): void;
  withdraw(id: string): void;
  /** Its end was told to the caller: the next call of the same kind is another one. */
  tell(id: string): void;
}

/** What a person is shown before they decide. */
export interface PageLook {
  /** What will be done, in a few words. */
  readonly intent: string;
  /** A line for each value that will be sent, as in a question over the protocol. */
  readonly lines: readonly string[];
  readonly fields: readonly AskedField[];
  /** What their answer is good for. It can hold secrets of the server: only a keyed digest of it may leave. */
  readonly binding: string;
}

/** What a person sent. */
export interface PageEntry {
  /** By `AskedField.at`. */
  readonly typed: ReadonlyMap<string, string>;
  /** Whether what would be done now is what they were shown. */
  agrees(binding: string): boolean;
  /** Called once all is checked and before anything is sent; false when the page was used before. */
  claim(): Promise<boolean>;
  /** Told when the write is done, before what a caller may still wait for. */
  done(performed: Performed): void;
}

/** The tools, as the page uses them. */
export interface PageWork {
  /** Looks up what would be done. Rejects with a Failure. */
  look(plan: PagePlan): Promise<PageLook>;
  /** Does the write; resolves as soon as it is done, before what a caller may still wait for. */
  write(plan: PagePlan, entry: Omit<PageEntry, "done">): Promise<PageEnd>;
}
