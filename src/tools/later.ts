import type { Since } from "./watch.ts";

/*
 * A wait that outlives its call. Where the caller can take the rest of a call later, as a task of the protocol, the call ends
 * after a few seconds with all that is needed to go on. The caller keeps that, so any process can take it up.
 */

/** What is left of a call whose write is done: plain JSON without secrets, and small. */
export interface Rest {
  readonly tool: string;
  readonly tenant: string;
  /** The result as far as it is known, without what the wait adds to it. */
  readonly output: Readonly<Record<string, unknown>>;
  /** As in the run. */
  readonly notes?: readonly string[];
  readonly since?: Since | undefined;
  /** When the wait ends, in milliseconds since the epoch. */
  readonly until: number;
  /** Whether the call was given a secret that other calls cannot know: then C1's own words are not repeated. */
  readonly isQuiet?: boolean | undefined;
}

/** A caller who can take the rest of a call later. */
export interface Later {
  /** How long a call waits all the same before it leaves a rest, in milliseconds. */
  readonly patienceMs: number;
  /** False for a rest that is too large to be kept. */
  takes(rest: Rest): boolean;
}

/** Thrown in place of a result where the rest of the call goes on. The write is done and has its audit record. */
export class GoesOn extends Error {
  readonly rest: Rest;
  /** What is waited for, for a person. */
  readonly working: string;

  constructor(rest: Rest, working: string) {
    super("the rest of the call goes on");
    this.rest = rest;
    this.working = working;
  }
}
