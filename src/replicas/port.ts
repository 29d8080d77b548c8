import type { Limits } from "../clock.ts";

/**
 * What the processes that serve one tenant must agree on. A single process keeps it in memory (`local.ts`). Callers need not know
 * how far it reaches.
 */
export interface Shared extends Uses, Rates {
  /**
   * Waits for its turn within the limits, then runs `work`; only one turn per key at a time. A call that gives up waiting has
   * changed nothing.
   */
  run<T>(key: string, limits: TurnLimits, work: (turn: Turn) => Promise<T>): Promise<T>;
  /** What was recently written under a key. */
  lookRecent(key: string): Promise<RecentWrites>;
  /** Whether all processes that should be reachable are. */
  isWhole(): Promise<boolean>;
  /** Closes connections. Called once, when nothing is running any more. */
  close(): Promise<void>;
}

/** Ids that are valid for one use. */
export interface Uses {
  /**
   * Takes the single use of an id; false if any process has taken it before.
   * @param ttlMs how long the id could be presented again, in milliseconds; then it is forgotten.
   */
  useOnce(kind: UseKind, id: string, ttlMs: number): Promise<boolean>;
  /** Whether the use was taken. */
  wasUsed(kind: UseKind, id: string): Promise<boolean>;
}

export type UseKind = "consent" | "page" | "assertion" | "task";

/** Rate limits of callers. */
export interface Rates {
  /**
   * Takes `cost` out of a caller's bucket and returns 0; or takes nothing and returns after how many milliseconds there will be
   * enough.
   */
  spend(caller: string, cost: number, bucket: Bucket): Promise<number>;
}

/** A token bucket. */
export interface Bucket {
  readonly perMinute: number;
  /** Its capacity. */
  readonly full: number;
}

/** How long a caller waits for its turn, and for what. */
export interface TurnLimits extends Limits {
  /** Whether repeating the work is harmless: then a turn within this process suffices if none among all processes is available. */
  readonly isHarmless?: boolean;
}

/** The exclusive right to do what a key stands for, while `work` runs. */
export interface Turn {
  /** Whether it excludes others only within this process. */
  isAlone(): boolean;
  /**
   * Announces that a write is about to be sent which must not be repeated; nothing may come between this and the write. From here
   * on it counts as a write with unknown outcome if this process dies. Rejects if the turn was lost, and then nothing must be
   * sent.
   * @param longestCallMs how long the write may take.
   */
  begin(longestCallMs: number): Promise<void>;
  /** Called right before each sending of the write. Throws if the turn was lost in the meantime. */
  confirm(): void;
  /** Reports the outcome: what was created, that nothing was, or that it is unknown. Never rejects. */
  end(outcome: Outcome, longestCallMs: number): Promise<void>;
}

export type Outcome = { readonly made: string } | "nothing" | "unknown";

/** What was recently done under a key. */
export interface RecentWrites {
  /** Ids of created objects. */
  readonly made: readonly string[];
  /** Whether one of the writes has an unknown outcome. */
  readonly unclear: boolean;
}
