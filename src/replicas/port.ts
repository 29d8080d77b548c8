import type { Limits } from "../clock.ts";

/**
 * What the processes that serve one tenant must agree on. In one process alone it is kept in memory (`local.ts`).
 * Whoever uses it need not know how far it reaches.
 */
export interface Shared extends Uses, Rates {
  /** Waits for its turn within the limits, then runs `work`; one turn of a key at a time. A call that gives up waiting has changed nothing. */
  run<T>(key: string, limits: TurnLimits, work: (turn: Turn) => Promise<T>): Promise<T>;
  /** What was written under a key a moment ago. */
  lookRecent(key: string): Promise<RecentWrites>;
  /** Whether all processes that should be reached are. */
  isWhole(): Promise<boolean>;
  /** Lets connections go. Called once, when nothing runs any more. */
  close(): Promise<void>;
}

/** What is good for one use. */
export interface Uses {
  /**
   * Takes the one use of an id: false when any process has taken it before.
   * @param ttlMs how long the id could be shown again, in milliseconds; then it is forgotten.
   */
  useOnce(kind: UseKind, id: string, ttlMs: number): Promise<boolean>;
  /** Whether the use was taken. */
  wasUsed(kind: UseKind, id: string): Promise<boolean>;
}

export type UseKind = "consent" | "page" | "assertion";

/** How often a caller may come. */
export interface Rates {
  /** Takes `cost` out of a caller's bucket. Returns 0, or, having taken nothing, in how many milliseconds there will be enough. */
  spend(caller: string, cost: number, bucket: Bucket): Promise<number>;
}

/** A token bucket. */
export interface Bucket {
  readonly perMinute: number;
  /** The most it holds. */
  readonly full: number;
}

/** How long a caller waits for its turn, and what for. */
export interface TurnLimits extends Limits {
  /** Whether to do it twice does no harm: then a turn within this process is enough where none among all is to be had. */
  readonly isHarmless?: boolean;
}

/** The right to do what a key stands for, for as long as `work` runs. */
export interface Turn {
  /** Whether it keeps only this process from doing the same. */
  isAlone(): boolean;
  /**
   * Says that a write is about to leave which must not be done twice; nothing may come between this and the write. From here on
   * it counts as one of unknown outcome if this process dies. Rejects, and nothing must be sent, when the turn was lost.
   * @param longestCallMs what the write may take.
   */
  begin(longestCallMs: number): Promise<void>;
  /** Asked right before each time that the write leaves. Throws when the turn was lost meanwhile. */
  confirm(): void;
  /** Says what became of it: what was made, or that nothing was, or that nobody knows. Never rejects. */
  end(outcome: Outcome, longestCallMs: number): Promise<void>;
}

export type Outcome = { readonly made: string } | "nothing" | "unknown";

/** What was done under a key a moment ago. */
export interface RecentWrites {
  /** Ids of what was made. */
  readonly made: readonly string[];
  /** Whether a write is among it whose outcome is not known. */
  readonly unclear: boolean;
}
