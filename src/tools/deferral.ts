import type { ConnectorRef } from "../c1/port.ts";
import type { Since } from "./watch.ts";

/*
 * A wait that outlives its call. Where the caller can take over the rest of a wait, as a task of the protocol, the call ends
 * after a few seconds with all that is needed to go on. The caller keeps that, so any process can take it up.
 */

/** What remains of a call whose write is done. Contains no secret. */
export interface PendingWait {
  readonly tool: string;
  readonly tenant: string;
  readonly target: WrittenIds;
  /** When the wait ends, in milliseconds since the epoch. */
  readonly until: number;
  /** How long it is in all. */
  readonly seconds: number;
  readonly since?: Since | undefined;
  /** Whether C1 may repeat what only the process that made the call can mask; others do not repeat C1's own words. */
  readonly isQuiet?: boolean;
  /**
   * Masks what the call contained, in C1's words. Absent in a process that did not make the call, and where the call was given a
   * secret of its own, which is not kept for that long.
   */
  readonly mask?: (text: string) => string;
  /** The result of the write, without what the wait adds to it. Absent in a process that did not make the call. */
  readonly output?: Readonly<Record<string, unknown>>;
  /** As in the run. */
  readonly notes?: readonly string[];
  /** Whether there are notes that this process does not know. */
  readonly isShortened?: boolean;
}

/** What was written, by ids. */
export interface WrittenIds extends ConnectorRef {
  readonly userId?: string;
}

/** What remains of a call whose write a person has yet to send on the page. */
export interface PendingPage {
  readonly tool: string;
  readonly tenant: string;
  /** When its outcome is known at the latest, in milliseconds since the epoch. */
  readonly until: number;
  /** From the call until then. */
  readonly seconds: number;
  /** The elicitation, and the process that knows it. */
  readonly page: { readonly id: string; readonly home: string };
}

export type Pending = PendingWait | PendingPage;

/** A caller who can take over the rest of a wait. */
export interface Deferral {
  /** How long a call waits all the same before it leaves a pending wait, in milliseconds. */
  readonly patienceMs: number;
  /** False for a pending wait that cannot be kept. */
  takes(pending: Pending): boolean;
}

/** Thrown in place of a result where the wait goes on after the call. What was done so far has its audit record. */
export class Deferred extends Error {
  readonly pending: Pending;
  /** What is waited for, for a person. */
  readonly working: string;

  constructor(pending: Pending, working: string) {
    super("the wait goes on after its call");
    this.pending = pending;
    this.working = working;
  }
}
