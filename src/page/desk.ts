import { createHmac } from "node:crypto";
import type { Clock } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Logger } from "../log/logger.ts";
import type { Askings, PageEnd, PageLook, PagePlan, PageWork } from "../tools/page-port.ts";
import { describeForm, type FormState } from "./form.ts";
import { answerWith, type View } from "./layout.ts";
import type { PageAnswer, PageRequest } from "./ports.ts";
import type { Ticket } from "./tickets.ts";
import { describeEnd, describeWork, VIEWS } from "./views.ts";

export interface DeskOptions {
  readonly work: PageWork;
  readonly askings: Askings;
  /** Digests what a person is shown. */
  readonly key: string;
  /** Path that links begin with. */
  readonly root: string;
  /** Hides secrets in what others wrote. */
  readonly show: (text: string) => string;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** One visit to a page that there is. */
export interface Visit {
  readonly ticket: Ticket;
  readonly plan: PagePlan;
  readonly path: string;
  readonly request: PageRequest;
}

export interface Looked {
  readonly look: PageLook;
  /** What the form brings back, so that nobody agrees to what they were not shown. */
  readonly seen: string;
}

/** What both ways to come to a page, with and without a form, need. */
export interface Desk {
  answer(view: View): PageAnswer;
  /** What would be done now, or the answer in its place. */
  look(visit: Visit): Promise<Looked | { readonly instead: PageAnswer }>;
  digest(binding: string): string;
  showForm(visit: Visit, looked: Looked, change?: Partial<FormState>): PageAnswer;
  /** What is to be told of a page that was sent before; undefined for one that was not. */
  findEnd(visit: Visit): Promise<PageAnswer | undefined>;
  showEnd(end: PageEnd): PageAnswer;
  /** A failure in the words that the tool has for it; what a model is to do next is left out. */
  explain(failure: Failure): string;
}

export function createDesk({ work, askings, key, root, show, logger }: DeskOptions): Desk {
  const answer = (view: View) => answerWith(view, root);
  const digest = (binding: string) => createHmac("sha256", key).update(binding).digest("base64url");

  function explain({ message, changed }: Failure): string {
    const state = changed === "no" ? "Nothing was changed." : "Whether anything was changed is not known.";
    return `${show(message.trim())}\n${state}`;
  }

  function showEnd(end: PageEnd): PageAnswer {
    if ("failure" in end) {
      const title =
        end.failure.changed === "no" ? "This was not done" : "It is not known whether this was done";
      return answer(describeEnd(title, explain(end.failure), 409));
    }
    const { summary } = end.performed.output as { summary?: unknown };
    const title = end.performed.changed === "yes" ? "Done" : "There was nothing to do";
    return answer(describeEnd(title, `${show(String(summary))}\n${GO_BACK}`, 200));
  }

  return {
    answer,
    digest,
    explain,
    showEnd,
    async look({ plan }) {
      try {
        const look = await work.look(plan);
        return { look, seen: digest(look.binding) };
      } catch (error) {
        if (!(error instanceof Failure)) logger.error({ err: error, page: plan.id }, "the page failed");
        const instead =
          error instanceof Failure
            ? answer(describeEnd("This cannot be done now", explain(error), 409))
            : answer(VIEWS.failed);
        return { instead };
      }
    },
    showForm({ plan, path, ticket }, { look, seen }, change = {}) {
      const shown = { ...look, intent: show(look.intent), lines: look.lines.map(show) };
      const needsCode = ticket.code !== undefined;
      return answer(
        describeForm({ plan, look: shown, seen, path, needsCode, errors: new Map(), status: 200, ...change }),
      );
    },
    async findEnd({ plan, path }) {
      const asking = askings.byId(plan.id);
      if (asking?.phase === "withdrawn") return answer(VIEWS.withdrawn);
      if (asking?.phase === "working") return answer(describeWork(path));
      return asking?.phase === "ended" ? showEnd(await asking.end) : undefined;
    },
  };
}

const GO_BACK = "You may close this page and go back to your assistant.";
