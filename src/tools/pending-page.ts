import { Failure } from "../errors.ts";
import type { ToolContext } from "./context.ts";
import type { PendingPage } from "./deferral.ts";
import type { WriteTool } from "./define.ts";
import type { ToolDeps } from "./job.ts";
import { AT_PAGE, LONGEST_WAIT_MS } from "./leave-at-page.ts";
import { createMask } from "./mask.ts";
import type { Elicitation, PageEnd, PageService } from "./page-port.ts";
import { describeEnd } from "./run.ts";
import { bringEndUpToDate } from "./up-to-date.ts";
import type { WaitState } from "./wait-state.ts";

const LOOK_FIRST = "Look whether it was done before you repeat it.";

/** The state of a call's page, and its outcome. Asks C1 nothing before the end, and then once. */
export async function lookAtPage(
  tool: WriteTool,
  pending: PendingPage,
  context: ToolContext,
  deps: ToolDeps,
): Promise<WaitState> {
  const end = (how: PageEnd): WaitState => ({ pending, result: describeEnd(how, context, deps.redactor) });
  const service = serviceOf(pending, deps);
  if (!service) return end({ failure: lost() });
  const known = service.elicitations.byId(pending.page.id);
  if (known?.phase === "working") return { pending, working: "The page was sent; C1 is still at work." };
  if (known && known.phase !== "open") {
    // A task that has ended does not change any more.
    const told = known.told ?? (await lookAtEnd(tool, known, context, deps));
    service.elicitations.markTold(known.plan.id, told);
    return end(told);
  }
  // The link of a page that was forgotten, because there are so many, still works.
  const isOpen = known ? !known.isOver() : deps.clock.now() < pending.until - LONGEST_WAIT_MS;
  if (isOpen) return { pending, working: known ? AT_PAGE : "Waiting for the page." };
  // Closed before it is called expired, because its form may be on the way.
  if (await leavePage(pending, deps)) return end({ failure: expired() });
  return known ? { pending, working: "The page was sent." } : end({ failure: lost() });
}

async function lookAtEnd(
  tool: WriteTool,
  { plan, end, sentAt = Number.NEGATIVE_INFINITY }: Elicitation,
  context: ToolContext,
  deps: ToolDeps,
): Promise<PageEnd> {
  const mask = createMask(tool.sensitive?.(plan.args) ?? [], deps.redactor);
  const connect = () => deps.connect(context.caller);
  return bringEndUpToDate(await end, sentAt, { tool, context, deps, connect, mask });
}

/** Closes the page. False if it was sent already, or if this process cannot tell. */
export async function leavePage(pending: PendingPage, deps: ToolDeps): Promise<boolean> {
  const service = serviceOf(pending, deps);
  const { id } = pending.page;
  const known = service?.elicitations.byId(id);
  // The use of a page that was forgotten is remembered until the end of the wait.
  const isOpen = known ? known.phase === "open" : deps.clock.now() < pending.until;
  return service !== undefined && isOpen && service.withdraw(id);
}

/** Undefined in a process that did not show it. */
function serviceOf({ page: { home } }: PendingPage, { page }: ToolDeps): PageService | undefined {
  const service = page?.loaded();
  return service?.home === home ? service : undefined;
}

function lost(): Failure {
  const message =
    "The process of the server that showed the page has ended, or has forgotten it. If the page was sent before, its write may have been done.";
  return new Failure("outcome_unknown", message, { changed: "maybe", next: LOOK_FIRST });
}

function expired(): Failure {
  return new Failure("declined", "Nobody finished the page in time, and its link is closed.", {
    next: "Call again to have the person asked anew.",
  });
}
