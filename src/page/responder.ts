import { createHmac } from "node:crypto";
import type { Clock } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Elicitations, PageEnd, PageLook, PagePlan } from "../tools/page-port.ts";
import { createWriteFollower, type FollowOptions } from "./follow.ts";
import { describeForm, type FormState } from "./form.ts";
import { answerWith, type View } from "./layout.ts";
import { putPlainly } from "./plain-lines.ts";
import type { BrowserRequest, PageAnswer } from "./ports.ts";
import type { Ticket } from "./tickets.ts";
import { describeNotice, describeWork, VIEWS } from "./views.ts";

export interface ResponderOptions extends FollowOptions {
  readonly elicitations: Elicitations;
  /** Whether any process has used a page. */
  readonly isUsed: (id: string) => Promise<boolean>;
  /** Key for the digest of what a person is shown. */
  readonly key: string;
  /** Path prefix of links. */
  readonly root: string;
  readonly clock: Clock;
}

/** One request to an existing page. */
export interface Visit {
  readonly ticket: Ticket;
  readonly plan: PagePlan;
  readonly path: string;
  readonly request: BrowserRequest;
}

export interface Looked {
  readonly look: PageLook;
  /** Returned by the form, so that nobody agrees to something that they were not shown. */
  readonly seen: string;
}

/** Builds responses for both kinds of requests to a page: opening it, and submitting its form. */
export interface Responder {
  answer(view: View): PageAnswer;
  /** Looks up what would be done now, or returns another response instead. */
  look(visit: Visit): Promise<Looked | { readonly instead: PageAnswer }>;
  digest(binding: string): string;
  showForm(visit: Visit, looked: Looked, change?: Partial<FormState>): PageAnswer;
  /** The response for a page that was submitted before; undefined if it was not. */
  findEnd(visit: Visit): Promise<PageAnswer | undefined>;
  /** The response to a form that was just submitted. */
  showSent(visit: Visit, end: PageEnd): PageAnswer;
  /** A failure in the tool's words, without the advice meant for a model. */
  explain(failure: Failure): string;
}

export function createResponder(options: ResponderOptions): Responder {
  const { work, elicitations, isUsed, key, root, show, logger, clock } = options;
  const follower = createWriteFollower(options);
  const answer = (view: View) => answerWith(view, root);
  const digest = (binding: string) => createHmac("sha256", key).update(binding).digest("base64url");

  function explain({ message, changed }: Failure): string {
    const state = changed === "no" ? "Nothing was changed." : "Whether anything was changed is not known.";
    return `${show(message.trim())}\n${state}`;
  }

  function showFailure(failure: Failure): PageAnswer {
    const title = failure.changed === "no" ? "This was not done" : "It is not known whether this was done";
    return answer(describeNotice(title, explain(failure), 409));
  }

  async function showEnd(visit: Visit, end: PageEnd): Promise<PageAnswer> {
    if ("failure" in end) return showFailure(end.failure);
    return answer(await follower.again(visit, { performed: end.performed, at: clock.now() }));
  }

  async function findEnd(visit: Visit): Promise<PageAnswer | undefined> {
    const { plan, path, ticket } = visit;
    const elicitation = elicitations.byId(plan.id);
    // What a caller still waits for does not concern the page.
    const sent = ticket.sent ?? elicitation?.done;
    if (sent) return answer(await follower.again(visit, sent));
    if (elicitation?.phase === "withdrawn") return answer(VIEWS.withdrawn);
    if (elicitation?.phase === "working") return answer(describeWork(path));
    if (elicitation?.phase === "ended") return showEnd(visit, await elicitation.end);
    // Another process knows what came of it.
    return (await isUsed(plan.id)) ? answer(VIEWS.used) : undefined;
  }

  return {
    answer,
    digest,
    explain,
    showSent: (visit, end) =>
      "failure" in end ? showFailure(end.failure) : answer(follower.begin(visit, end.performed)),
    async look(visit) {
      const { plan } = visit;
      try {
        const look = await work.look(plan);
        return { look, seen: digest(look.binding) };
      } catch (error) {
        if (!(error instanceof Failure)) logger.error({ err: error, page: plan.id }, "the page failed");
        // What cannot be done now may be what this page did a moment ago.
        const end = await findEnd(visit);
        if (end) return { instead: end };
        const instead =
          error instanceof Failure
            ? answer(describeNotice("This cannot be done now", explain(error), 409))
            : answer(VIEWS.failed);
        return { instead };
      }
    },
    showForm({ plan, path, ticket }, { look, seen }, change = {}) {
      const { plain, exact } = putPlainly(look.lines, look.titles);
      const shown = { title: show(look.intent), plain: plain.map(show), exact: exact.map(show) };
      const needsCode = ticket.code !== undefined;
      return answer(
        describeForm({
          plan,
          ...shown,
          fields: look.fields,
          seen,
          path,
          needsCode,
          errors: new Map(),
          now: clock.now(),
          status: 200,
          ...change,
        }),
      );
    },
    findEnd,
  };
}
