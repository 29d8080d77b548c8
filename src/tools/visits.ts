/** The link that a person is to open. */
export interface PageLink {
  readonly url: string;
  /** To be typed on the page if nobody logs in there. */
  readonly code?: string;
}

/** What a person did with a link that their client showed. Only "opened" proceeds: they agreed to open it. */
export type Visited = "opened" | "declined" | "dismissed" | "expired" | "unavailable";

/** What a client of the 2026 era carries from one round of a call to the next. */
export interface Kept {
  /** Which call it belongs to. */
  readonly key: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly expires: number;
  /** Ids of the objects that existed when the person was asked. */
  readonly before: readonly string[];
  readonly round: number;
}

/** A client that can show a link to its user. */
export interface Visits {
  /** From the previous round; absent in the first one. */
  readonly kept?: Kept | undefined;
  /** Longest time to wait for the page within one round, in milliseconds. */
  readonly patienceMs: number;
  /** Shows the link. In the 2026 era, throws `AskAgain` unless this round brings the answer. */
  show(link: PageLink, message: string, kept: Kept): Promise<Visited>;
  /** Ends the round with `AskAgain`. Absent if the call itself can wait. */
  again?(link: PageLink, message: string, kept: Kept): never;
  /** Called when the page is finished, whether or not the client has answered. */
  done?(id: string): void;
}
