import type { Failure } from "../errors.ts";
import type { AskedField } from "./asked-field.ts";
import type { Titles } from "./connector-config/titles.ts";
import type { ToolContext } from "./context.ts";
import type { PendingWait } from "./deferral.ts";
import type { Performed } from "./performed.ts";
import type { QuestionLine } from "./question-lines.ts";
import type { PageLink } from "./visits.ts";

/*
 * The interface between the tools and the page. A call that needs a person outside the client creates an elicitation, in the
 * protocol's words one in URL mode. The page shows it, and performs the write exactly as that call would have: same caller, same
 * checks, same id in the audit trail.
 */

/** Everything needed to show a page and to perform its write, in any process. It never contains a secret. */
export interface PagePlan extends Pick<ToolContext, "principal" | "caller" | "client"> {
  /** The write's id in the audit records. */
  readonly id: string;
  readonly tool: string;
  readonly tenant: string;
  /** As parsed by the tool's schema. */
  readonly args: unknown;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly expires: number;
}

/** How long the process that sent a typed secret masks it, in milliseconds: C1 may repeat it when a sync fails. */
export const TYPED_MASKED_MS = 900_000;

/** Under this id, a page is recorded whose write was done. */
export const doneOf = (id: string): string => `${id} done`;

/** The page, whose code is loaded when something is first asked for. */
export interface LazyPage {
  /** Why this caller cannot be shown a page, to complete a sentence; undefined if they can. */
  off(context: ToolContext): string | undefined;
  load(): Promise<PageService>;
  /** Undefined until something is asked for. */
  loaded(): PageService | undefined;
}

/** The page, as the tools use it. */
export interface PageService {
  readonly elicitations: Elicitations;
  /** Whether processes share what was used: then any of them can serve a page, and knows whether it was used. */
  readonly isShared: boolean;
  /** Identifies this process, or all that share what was used. */
  readonly home: string;
  open(plan: PagePlan): Promise<PageLink>;
  /** Uses up an elicitation, so that no page can perform its write any more. False if one has done so or is doing so. */
  claim(id: string): Promise<boolean>;
  /** Ends an elicitation for which nobody waits any more. False as for `claim`, and then nothing has changed. */
  withdraw(id: string): Promise<boolean>;
}

/** How an elicitation ended: the outcome of the call that the page made. */
export type PageEnd =
  | { readonly performed: Performed }
  /** `credential`: the one that served the call, on a server with several. */
  | { readonly failure: Failure; readonly credential?: string };

/** Something that a person is asked for on the page, as far as this process knows. */
export interface Elicitation {
  /** Identifies the elicitation: the same call of the same caller has the same key. */
  readonly key: string;
  readonly plan: PagePlan;
  readonly link: PageLink;
  /** Ids of the objects that existed when the person was asked, of those that the call must not repeat. */
  readonly before: readonly string[];
  /**
   * Resolves when the write that the page performs is over, including everything a caller may wait for, or when one of its calls
   * withdraws it.
   */
  readonly end: Promise<PageEnd>;
  /** "working": the page was submitted and performs its write. */
  readonly phase: "open" | "working" | "ended" | "withdrawn";
  /** For how long its link can still be used, in milliseconds. */
  leftMs(): number;
  /** Whether its link has expired; of one that has ended, whether its outcome is kept no longer. */
  isOver(): boolean;
  /** When its form was sent, by `readSteady`; absent if it was not. */
  readonly sentAt?: number | undefined;
  /** Present as soon as its write is done; `at` is the time, in milliseconds since the epoch. */
  readonly done?: { readonly performed: Performed; readonly at: number } | undefined;
  /** Present if its write is done and the caller waits for the effect. */
  readonly pending?: PendingWait;
  /** What its caller was told last. */
  readonly told?: PageEnd | undefined;
}

/** The elicitations of this process, until their links expire. */
export interface Elicitations {
  /** The elicitation for a call whose outcome was not reported yet. */
  find(key: string): Elicitation | undefined;
  byId(id: string): Elicitation | undefined;
  /** The id of the last page of this call, if its link expired before its form was sent. Returned once. */
  takeExpired(key: string): string | undefined;
  /** Whether any page can still be used or is performing its write. */
  isAnyLive(): boolean;
  add(key: string, plan: PagePlan, link: PageLink, before: readonly string[]): Elicitation;
  /**
   * Records the outcome of an elicitation. Unknown ids, whose call reached another process, are ignored.
   * @param sentAt when its form was sent, by `readSteady`.
   */
  begin(id: string, end: Promise<PageEnd>, sentAt?: number): void;
  /** Records that the write is done, and what its caller still waits for. */
  recordDone(id: string, performed: Performed, pending?: PendingWait): void;
  withdraw(id: string): void;
  /** Called when the caller has been told the outcome: the next such call is a new elicitation. */
  markTold(id: string, end: PageEnd): void;
}

/** What a person sees before deciding. */
export interface PageLook {
  /** What will be done, in a few words. */
  readonly intent: string;
  /** A line for each value that will be sent, as in a question over the protocol. */
  readonly lines: readonly QuestionLine[];
  /** The tenant's titles of what a config consists of. */
  readonly titles: Titles;
  readonly fields: readonly AskedField[];
  /** What the consent covers. It can contain secrets of the server, so only a keyed digest of it may leave. */
  readonly binding: string;
}

/** What a person submitted. */
export interface PageEntry {
  /** Keyed by `AskedField.at`. */
  readonly typed: ReadonlyMap<string, string>;
  /** Whether what would be done now is what they were shown. */
  agrees(binding: string): boolean;
  /** Called after all checks and before anything is sent; false if the page was used before. */
  claim(): Promise<boolean>;
  /** Called when the write is done, before anything that a caller may still wait for. */
  done(performed: Performed, pending?: PendingWait): void;
}

/** The tools, as the page uses them. */
export interface PageWork {
  /** Looks up what would be done. Rejects with a Failure. */
  look(plan: PagePlan): Promise<PageLook>;
  /** Whether C1 has yet to say if what a page sent works. */
  isOpen(plan: PagePlan, performed: Performed): boolean;
  /** Looks once how that is now, and returns the result with it. Rejects with a Failure. */
  follow(plan: PagePlan, performed: Performed): Promise<Performed>;
  /** Performs the write; resolves as soon as it is done, before anything that a caller may still wait for. */
  write(plan: PagePlan, entry: Omit<PageEntry, "done">): Promise<PageEnd>;
}
