import type { Kept } from "./visits.ts";

/** Outcome of a consent prompt. Everything but "accepted" means no, each for its own reason. */
export type Consent =
  | "accepted"
  | "declined"
  | "dismissed"
  | "unavailable"
  | "failed"
  | "expired"
  | "mismatched"
  | "replayed";

/** Something that a person must agree to before it is done. */
export interface Question {
  /** Names the tenant, the tool and every value that will be sent. */
  readonly message: string;
  /** Everything that the consent covers. Consent to one binding never counts for another. */
  readonly binding: string;
}

/**
 * Thrown by `ask` if the protocol has no way to wait for an answer: the adapter passes the question to the client, which calls
 * again with the answer. Nothing with a side effect may precede `ask`.
 */
export class AskAgain extends Error {
  readonly question: Question;
  /** Present if the client is to show a link and not a form. */
  readonly visit: { readonly url: string; readonly kept: Kept } | undefined;

  constructor(question: Question, visit?: AskAgain["visit"]) {
    super("the client must ask a person and call again");
    this.question = question;
    this.visit = visit;
  }
}
