import type { C1Api, Call } from "../c1/port.ts";

/** The part of a run that looking needs. */
export interface Looking {
  readonly api: C1Api;
  readonly call: Call;
  /** As in the run. */
  readonly unchecked: string[];
}

/** The longest that one look may take, in milliseconds. */
export const LOOK_MS = 5_000;

/** Looks for the effect of a write that is done, by reading only. */
export interface Watch<Seen> {
  /** What completes the result; undefined as long as the effect does not show. Rejects with a Failure. */
  look(call: Call): Promise<Seen | undefined>;
  /** What is waited for, for a person. */
  describe(): string;
  /** What completes the result when the time is up. That is not a failure. */
  giveUp(): Seen;
}

/** What a caller waits for after a write. */
export interface Wait {
  readonly seconds: number;
  readonly since?: Since | undefined;
}

/** How far the syncs of a connector had come before a write, so that a later one is told from an earlier one: `DateSync`. */
export type Since = string;
