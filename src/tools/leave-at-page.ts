import { Failure } from "../errors.ts";
import { Deferred, type PendingPage } from "./deferral.ts";
import type { Job } from "./job.ts";
import type { Elicitation } from "./page-port.ts";
import { LONGEST_WAIT_SECONDS } from "./wait-state.ts";

/** In milliseconds. */
export const LONGEST_WAIT_MS = LONGEST_WAIT_SECONDS * 1000;

/** Ends a call while its person is at the page, for a caller who takes the outcome later. */
export class LeftAtPage extends Failure {
  readonly deferred: Deferred;

  constructor(pending: PendingPage) {
    super("person_needed", "A person has yet to finish the page; its outcome can be asked for later.");
    this.deferred = new Deferred(pending, AT_PAGE);
  }
}

/** For a person. */
export const AT_PAGE = "A person has yet to finish the page; nothing was sent so far.";

/**
 * Throws `LeftAtPage` if the client has shown the link and takes the outcome later. Not where processes share their pages: any of
 * them can be asked, and only the one that performed the write knows the outcome. A repeated call can look it up there, because it
 * brings its arguments along, for which an id has no room.
 */
export function leaveAtPage({ plan, phase }: Elicitation, { deps, context }: Job): void {
  const service = deps.page?.loaded();
  if (phase !== "open" || !service || service.isShared || !context.visits) return;
  const until = Math.ceil((plan.expires + LONGEST_WAIT_MS) / 1000) * 1000;
  const { id, tool, tenant, askedAt } = plan;
  const seconds = Math.round((until - askedAt) / 1000);
  const pending = { tool, tenant, until, seconds, page: { id, home: service.home } };
  if (context.deferral?.takes(pending)) throw new LeftAtPage(pending);
}
