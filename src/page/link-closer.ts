import { Failure } from "../errors.ts";
import { isCode, isEmptyCode, MAX_WRONG_CODES } from "./code.ts";
import { CODE, DECISION, describeTaken, EMPTY_CODE, WRONG_CODE } from "./form.ts";
import type { BrowserRequest, PageAnswer } from "./ports.ts";
import type { Responder, ResponderOptions, Visit } from "./responder.ts";
import type { Ticket } from "./tickets.ts";
import { VIEWS } from "./views.ts";

/** The decision that closes a link from another browser than the first. */
const CLOSE = "close";

export interface LinkCloserOptions extends Pick<ResponderOptions, "logger" | "clock"> {
  /** Closes a request without a write; false if it was used before. */
  readonly close: (id: string, failure: Failure) => Promise<boolean>;
}

/** Serves browsers other than the one that opened a page first. */
export interface LinkCloser {
  /** Whether a browser asks to close a link. */
  isAsked(request: BrowserRequest): boolean;
  /** Says where the page can be used, and offers to close its link. */
  offer(visit: Visit): PageAnswer;
  take(visit: Visit): Promise<PageAnswer>;
}

/**
 * Closes a link only for someone who knows the code: the link alone must not suffice to take the page from the person who is
 * typing there. For the same reason its wrong codes count apart from theirs.
 */
export function createLinkCloser(
  { answer }: Pick<Responder, "answer">,
  { close, logger, clock }: LinkCloserOptions,
): LinkCloser {
  const wrongCodes = new WeakMap<Ticket, number>();

  function show({ ticket, plan, path }: Visit, status: number, error?: string): PageAnswer {
    const canClose = ticket.code !== undefined && (wrongCodes.get(ticket) ?? 0) < MAX_WRONG_CODES;
    return answer(describeTaken({ plan, path, now: clock.now(), canClose, status, error }));
  }

  return {
    isAsked: ({ body }) => new URLSearchParams(body).get(DECISION) === CLOSE,
    offer: (visit) => show(visit, 403),
    async take(visit) {
      const { ticket, plan, request } = visit;
      const count = wrongCodes.get(ticket) ?? 0;
      const typed = new URLSearchParams(request.body).get(CODE) ?? "";
      if (ticket.code === undefined || count >= MAX_WRONG_CODES) return show(visit, 403);
      if (isEmptyCode(typed)) return show(visit, 422, EMPTY_CODE);
      if (!isCode(typed, ticket.code)) {
        wrongCodes.set(ticket, count + 1);
        logger.warn({ page: plan.id }, "wrong code on a page, in another browser than the first");
        return show(visit, 422, WRONG_CODE);
      }
      if (!(await close(plan.id, openedElsewhere()))) return answer(VIEWS.used);
      logger.info({ page: plan.id }, "page closed from another browser than the first");
      return answer(VIEWS.closed);
    },
  };
}

function openedElsewhere(): Failure {
  return new Failure("declined", "The link was opened in another browser first, and the person closed it.", {
    next: "Call again for a new link with a new code.",
  });
}
