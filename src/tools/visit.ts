import type { WritePlan, WriteTool } from "./define.ts";
import { type Known, listTwins } from "./duplicate-guard.ts";
import { joinElicitation, keyOf } from "./elicitation-key.ts";
import { wasUsed } from "./find-done.ts";
import type { Job } from "./job.ts";
import type { Elicitation, Elicitations, PageEnd, PageService } from "./page-port.ts";
import type { Output, Performed } from "./performed.ts";
import { bringEndUpToDate } from "./up-to-date.ts";
import {
  cancelled,
  lateCancel,
  messageFor,
  noVisit,
  personNeeded,
  secretsInLink,
  sentElsewhere,
} from "./visit-words.ts";
import type { Kept, Visited } from "./visits.ts";
import { waitForEndOrDefer } from "./wait-for-end.ts";

/** How long a page can be used, in milliseconds. */
const PAGE_TTL_MS = 600_000;

/**
 * How long a repeated call waits for a person who is still on the page, in milliseconds, so that a model does not poll without
 * pause.
 */
const REPEAT_WAIT_MS = 10_000;

/** Rounds of a client of the 2026 era, which may have its own limit. */
const MAX_ROUNDS = 8;

type Plan = WritePlan<Output>;

/** The outcome of what a page did for this very call, if one has begun; waits for it. */
export async function tellEnd(tool: WriteTool, job: Job): Promise<Performed | undefined> {
  const elicitations = job.deps.page?.loaded()?.elicitations;
  const key = keyOf(tool, job);
  const kept = job.context.visits?.kept;
  // A round that is repeated gets the same outcome again.
  const previous = kept?.key === key ? elicitations?.byId(kept.id) : undefined;
  const elicitation = previous ?? elicitations?.find(key);
  if (!elicitations || !elicitation || elicitation.phase === "open" || elicitation.phase === "withdrawn")
    return undefined;
  joinElicitation(elicitation.plan.id, job);
  return tell(tool, elicitation, await waitForEnd(elicitation, job), job, elicitations);
}

/** Lets a person complete a write on the page, and reports what they did. Sends nothing itself. */
export async function visitPage(tool: WriteTool, plan: Plan, known: Known, job: Job): Promise<Performed> {
  if (plan.holdsSecrets) throw secretsInLink();
  const { deps, context } = job;
  if (!deps.page) throw new Error("a person is asked for where there is no page");
  const page = await deps.page.load();
  const key = keyOf(tool, job);
  const old = page.elicitations.find(key);
  const expired = page.elicitations.takeExpired(key);
  // Its form may be on the way, unless that is prevented now.
  const isExpired = expired !== undefined && !old && (await page.claim(expired));
  const elicitation = old ?? (await open(tool, key, known, job, page));
  joinElicitation(elicitation.plan.id, job);
  try {
    const end = context.visits
      ? await visitWith(plan, known, elicitation, job, page)
      : await waitForEndOrDefer(elicitation, old ? REPEAT_WAIT_MS : 0, job);
    if (end) return await tell(tool, elicitation, end, job, page.elicitations);
  } catch (error) {
    // A caller who cancels does not want the write to happen later either.
    if (!context.signal.aborted || error !== context.signal.reason) throw error;
    throw (await page.withdraw(elicitation.plan.id)) ? cancelled() : lateCancel();
  }
  if (await wasUsed(elicitation.plan.id, job)) throw sentElsewhere(plan);
  throw personNeeded(plan, elicitation, { isRepeated: old !== undefined, isExpired });
}

/** Has the client show the link, and waits as long as it allows; undefined if the person is not done by then. */
async function visitWith(
  plan: Plan,
  known: Known,
  elicitation: Elicitation,
  job: Job,
  page: PageService,
): Promise<PageEnd | undefined> {
  const { visits } = job.context;
  const kept = keep(known, elicitation, job);
  const message = messageFor(plan, elicitation.link);
  // A person can be done before their client reports that they opened the page.
  const visited = await Promise.race([visits?.show(elicitation.link, message, kept), elicitation.end]);
  if (visited === undefined || visited === "unavailable") return undefined;
  const end = typeof visited === "string" ? await endAfter(visited, elicitation, job, page) : visited;
  if (end) visits?.done?.(elicitation.plan.id);
  else if (kept.round < MAX_ROUNDS) visits?.again?.(elicitation.link, message, kept);
  return end;
}

/** A no counts unless a page is already performing the write; then the call waits for that. */
async function endAfter(
  visited: Exclude<Visited, "unavailable">,
  elicitation: Elicitation,
  job: Job,
  page: PageService,
): Promise<PageEnd | undefined> {
  if (visited === "opened") return waitForEndOrDefer(elicitation, job.context.visits?.patienceMs ?? 0, job);
  if (await page.withdraw(elicitation.plan.id)) throw noVisit(visited);
  if (elicitation.phase === "open") throw lateCancel();
  return waitForEnd(elicitation, job);
}

/** The outcome of a write that has begun: a caller who cancels now cannot be told that nothing was changed. */
async function waitForEnd(elicitation: Elicitation, job: Job): Promise<PageEnd> {
  const { signal } = job.context;
  const end = await waitForEndOrDefer(elicitation, Number.POSITIVE_INFINITY, job).catch((error: unknown) => {
    throw signal.aborted && error === signal.reason ? lateCancel() : error;
  });
  return end as PageEnd;
}

function keep(known: Known, { key, plan: { id, askedAt, expires } }: Elicitation, job: Job): Kept {
  const earlier = keptFor(key, job);
  return {
    key,
    id,
    askedAt,
    expires,
    before: earlier?.before ?? idsOf(known),
    round: (earlier?.round ?? 0) + 1,
  };
}

async function open(
  tool: WriteTool,
  key: string,
  known: Known,
  job: Job,
  page: PageService,
): Promise<Elicitation> {
  const { deps, context, draft, args } = job;
  const now = deps.clock.now();
  // If the previous round reached another process, the elicitation continues under its id.
  const live = keptFor(key, job);
  const plan = {
    id: live?.id ?? draft.attempt.write,
    tool: tool.name,
    tenant: deps.tenant,
    principal: context.principal,
    ...(context.caller && { caller: context.caller }),
    ...(context.client !== undefined && { client: context.client }),
    args,
    askedAt: live?.askedAt ?? now,
    expires: live?.expires ?? now + PAGE_TTL_MS,
  };
  return page.elicitations.add(key, plan, await page.open(plan), live?.before ?? idsOf(known));
}

const idsOf = (known: Known) => listTwins(known).map(({ id }) => id);

/** What the previous round left with the client, while it is still valid. */
function keptFor(key: string, { deps, context }: Job): Kept | undefined {
  const kept = context.visits?.kept;
  return kept?.key === key && kept.expires > deps.clock.now() ? kept : undefined;
}

async function tell(
  tool: WriteTool,
  { plan, sentAt = Number.NEGATIVE_INFINITY }: Elicitation,
  end: PageEnd,
  job: Job,
  elicitations: Elicitations,
): Promise<Performed> {
  const telling = { ...job, tool, connect: async () => job.api };
  const now = await bringEndUpToDate(end, sentAt, telling);
  // A caller who left has been told nothing; the next call will be.
  if (job.context.signal.aborted && "performed" in now) throw lateCancel();
  elicitations.markTold(plan.id, now);
  if ("failure" in now) throw now.failure;
  // The page's own record reports the change; this call only reports its result.
  return { ...now.performed, changed: "no" };
}
