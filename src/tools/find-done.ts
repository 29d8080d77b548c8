import { Failure } from "../errors.ts";
import type { WritePlan, WriteTool } from "./define.ts";
import type { Known } from "./duplicate-guard.ts";
import { joinElicitation, keyOf } from "./elicitation-key.ts";
import type { Job } from "./job.ts";
import type { Existing } from "./named.ts";
import { doneOf, type Elicitation } from "./page-port.ts";
import type { Output } from "./performed.ts";
import { closedBefore, notKnownHere, sentElsewhere } from "./visit-words.ts";
import type { Kept } from "./visits.ts";

type Plan = WritePlan<Output>;

/**
 * What the page of an earlier call or round did in another process: the object that exists now, did not exist when the person was asked,
 * and equals what would be sent. That alone proves nothing, because somebody else may have made it, so the page must have reported
 * its write as done. Undefined if the person can still be asked. Rejects with a Failure if the outcome is not known here.
 */
export async function findDone(
  tool: WriteTool,
  plan: Plan,
  known: Known,
  job: Job,
): Promise<Output | undefined> {
  const page = await findPage(tool, job);
  if (!page) return undefined;
  const { id, before } = page;
  const isUsed = await wasUsed(id, job);
  if (!isUsed && !page.isForeign) return undefined;
  joinElicitation(id, job);
  // Looked up after the page's write, so the page's own record says better what that was about.
  delete job.draft.targets;
  if (!isUsed) throw notKnownHere(plan);
  if (page.elicitation?.phase === "withdrawn") throw closedBefore();
  const output = (await wasUsed(doneOf(id), job)) ? describeDone(plan, before, known) : undefined;
  if (!output) throw sentElsewhere(plan);
  return output;
}

/** Whether the page of an earlier call or round may have done its write in another process; then the call belongs to that. */
export async function mayBeDoneElsewhere(tool: WriteTool, job: Job): Promise<boolean> {
  const page = await findPage(tool, job);
  if (!page || page.elicitation?.phase === "withdrawn") return false;
  const mayBeDone = page.isForeign || (await wasUsed(page.id, job));
  if (mayBeDone) joinElicitation(page.id, job);
  return mayBeDone;
}

interface AskedPage extends Pick<Kept, "id" | "before"> {
  /** Undefined if this process did not open the page. */
  readonly elicitation: Elicitation | undefined;
  /** Whether it is a page of another process, of which nothing is known here. */
  readonly isForeign: boolean;
}

/** The page that the call, or an earlier one like it, had a person asked by. */
async function findPage(tool: WriteTool, job: Job): Promise<AskedPage | undefined> {
  const asked = findAsked(tool, job);
  const service = asked && (await job.deps.page?.load());
  if (!asked || !service) return undefined;
  const elicitation = service.elicitations.byId(asked.id);
  return { ...asked, elicitation, isForeign: !elicitation && !service.isShared };
}

/** The page of which the client brings the state; or the last one that this process gave out for the same call. */
function findAsked(tool: WriteTool, job: Job): Pick<Kept, "id" | "before"> | undefined {
  const kept = job.context.visits?.kept;
  if (kept) return kept.key === keyOf(tool, job) ? kept : undefined;
  const own = job.deps.page?.loaded()?.elicitations.find(keyOf(tool, job));
  return own && { id: own.plan.id, before: own.before };
}

function describeDone({ guard }: Plan, old: readonly string[], { before }: Known): Output | undefined {
  // A repeatable write describes what it does, and not what it found.
  if (guard.ifExists === "repeat") return guard.describe({ id: "", label: "" } as Existing, "recovered");
  if (before?.gap !== undefined) return undefined;
  const fresh = (before?.items ?? []).filter(({ id }) => !old.includes(id));
  const [only, ...others] = fresh.filter((found) => guard.isSent?.(found) !== false);
  return only && others.length === 0 ? guard.describe(only, "recovered") : undefined;
}

/** Rejects if the shared store cannot tell; then the page may have been used. */
export async function wasUsed(id: string, { deps }: Job): Promise<boolean> {
  try {
    return await deps.shared.wasUsed("page", id);
  } catch (error) {
    throw error instanceof Failure ? error.with({ changed: "maybe" }) : error;
  }
}
