import { readSteady } from "../clock.ts";
import type { ToolContext } from "./context.ts";
import type { Tool, WriteTool } from "./define.ts";
import type { ToolDeps } from "./job.ts";
import type { ToolSource } from "./listing.ts";
import { maskAll } from "./mask.ts";
import { lookForPage } from "./on-page.ts";
import type { PageEnd, PageEntry, PagePlan, PageWork } from "./page-port.ts";
import { startRun } from "./perform.ts";
import { runToEnd, startJob } from "./run.ts";
import { follow, isOpen } from "./up-to-date.ts";

/** Far more writes than pages make while C1 tries their configs; C1's words on the oldest are not repeated any more. */
const MAX_OWN = 1_000;

/** Loads the tools for the page. */
export async function openPageWork(
  source: ToolSource,
  deps: ToolDeps,
  track: Parameters<typeof createPageWork>[2],
): Promise<PageWork> {
  return createPageWork(await source.load(), deps, track);
}

/**
 * The tools for the page.
 * @param track makes the process wait for a write before it ends.
 */
export function createPageWork(
  tools: readonly Tool[],
  deps: ToolDeps,
  track: (end: Promise<PageEnd>) => Promise<PageEnd>,
): PageWork {
  const findTool = ({ tool: name }: PagePlan): WriteTool => {
    const tool = tools.find((candidate) => candidate.name === name);
    if (!tool || tool.effect === "read") throw new Error(`${name} is no tool that writes`);
    return tool;
  };
  const contextOf = ({ principal, caller, client }: PagePlan): ToolContext => ({
    // Someone who closes the browser has still submitted the page, so only the end of the process ends its write.
    signal: deps.stopping,
    principal,
    caller,
    client,
    progress: () => undefined,
    ask: async () => "unavailable",
  });

  /** Writes that this process performed, and so can mask in C1's words. */
  const own = new Set<string>();

  async function startReading(plan: PagePlan) {
    const attempt = { write: plan.id, tool: plan.tool, tenant: plan.tenant, principal: plan.principal };
    const draft = { attempt, dryRun: false };
    return startJob(findTool(plan), plan.args, { context: contextOf(plan), deps, draft });
  }

  return {
    look: async (plan) => lookForPage(findTool(plan), await startReading(plan)),
    isOpen: (plan, performed) => isOpen(findTool(plan), performed),
    async follow(plan, performed) {
      const job = await startReading(plan);
      const run = startRun(own.has(plan.id) ? job : { ...job, mask: maskAll }, deps.timeoutMs);
      return follow(findTool(plan), performed, run);
    },
    write(plan, sent) {
      const tool = findTool(plan);
      const sentAt = readSteady(deps.clock);
      const elicitations = deps.page?.loaded()?.elicitations;
      return new Promise((resolve, reject) => {
        const entry: PageEntry = {
          ...sent,
          async claim() {
            const isFirst = await sent.claim();
            // From now on, this is the outcome of the call that asked.
            if (isFirst) {
              elicitations?.begin(plan.id, end, sentAt);
              keepLast(own, plan.id, MAX_OWN);
            }
            return isFirst;
          },
          done(performed, pending) {
            elicitations?.recordDone(plan.id, performed, pending);
            resolve({ performed });
          },
        };
        const end = runToEnd(tool, plan.args, contextOf(plan), deps, { id: plan.id, entry });
        track(end).then(resolve, reject);
      });
    },
  };
}

function keepLast(ids: Set<string>, id: string, max: number): void {
  ids.add(id);
  for (const oldest of ids) if (ids.size > max) ids.delete(oldest);
}
