import { readSteady } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { ToolContext } from "./context.ts";
import type { Pending, PendingWait } from "./deferral.ts";
import type { WriteTool } from "./define.ts";
import type { ToolDeps } from "./job.ts";
import type { ToolSource } from "./listing.ts";
import { createMask, maskAll } from "./mask.ts";
import { leavePage, lookAtPage } from "./pending-page.ts";
import type { Output } from "./performed.ts";
import { recallById, recallResult } from "./recall.ts";
import { toResult } from "./run.ts";
import { withNotes } from "./wait-after.ts";
import type { PendingWaits, WaitState } from "./wait-state.ts";
import { LOOK_MS, type Looking } from "./watch.ts";

/**
 * @param offered what callers may use of the tools.
 * @param track makes the process wait for a look before it ends.
 */
export async function openPendingWaits(
  source: ToolSource,
  offered: readonly { readonly name: string }[],
  deps: ToolDeps,
  track: (look: Promise<WaitState>) => Promise<WaitState>,
): Promise<PendingWaits> {
  const tools = await source.load();
  return {
    tenant: deps.tenant,
    serves: ({ tool }) => offered.some(({ name }) => name === tool),
    leave: async (pending: Pending) => !("page" in pending) || leavePage(pending, deps),
    look(pending, context) {
      const tool = tools.find(({ name }) => name === pending.tool);
      if (!tool || tool.effect === "read") throw new Error(`${pending.tool} leaves no pending wait`);
      if ("page" in pending) return track(lookAtPage(tool, pending, context, deps));
      return track(lookAtPending(tool, pending, context, deps));
    },
  };
}

/**
 * Continues a pending wait with one poll of C1. A failed poll does not end the wait, because the write was accepted. When the time
 * is up, the result is what is known, in the words of a wait within the call.
 */
async function lookAtPending(
  tool: WriteTool,
  given: PendingWait,
  context: ToolContext,
  deps: ToolDeps,
): Promise<WaitState> {
  const { clock, logger, redactor } = deps;
  const isOver = clock.now() >= given.until;
  const { tenant } = given;
  logger.debug({ tool: tool.name, tenant, principal: context.principal, isOver }, "poll after a write");
  const opened = await open(given, context, deps).catch((error) => toFailure(error, deps));
  if (opened instanceof Failure && !isOver) return { pending: given, ...describeFailed(opened) };
  const pending = opened instanceof Failure ? recallById(given) : opened.pending;
  const { output = {}, notes = [] } = pending;
  const end = (ending: Output, unchecked: readonly string[]): WaitState => ({
    pending,
    result: toResult(withNotes({ ...output, ...ending }, { unchecked }), redactor),
  });
  if (opened instanceof Failure) return end({}, [...notes, `what followed the write (${opened.code})`]);
  const deadline = readSteady(clock) + LOOK_MS;
  const mask = given.mask ?? (given.isQuiet ? maskAll : createMask([], redactor));
  const run: Looking = {
    api: opened.api,
    call: { signal: context.signal, deadline, mask },
    unchecked: [...notes],
  };
  const watch = tool.watch?.(output, pending.since, run);
  if (!watch) return end({}, run.unchecked);
  const seen = await watch.look(run.call).catch((error) => toFailure(error, deps));
  if (seen && !(seen instanceof Failure)) return end(seen, run.unchecked);
  if (isOver) return end(watch.giveUp(), run.unchecked);
  return { pending, ...(seen ? describeFailed(seen) : { working: `${watch.describe()}.` }) };
}

/** The caller's own credential is used: a caller who lost it sees nothing more. Rejects with a Failure. */
async function open(pending: PendingWait, { signal, caller }: ToolContext, deps: ToolDeps) {
  const api = await deps.connect(caller);
  const call = { signal, deadline: readSteady(deps.clock) + LOOK_MS };
  return { api, pending: pending.output ? pending : await recallResult(pending, api, call) };
}

/** Omits C1's own message, which is of no use to somebody who waits. */
function describeFailed({ code, retryAfterSeconds }: Failure) {
  const working = `C1 could not be asked just now (${code}); the next look follows.`;
  return { working, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

function toFailure(error: unknown, { logger }: ToolDeps): Failure {
  if (error instanceof Failure) return error;
  logger.error({ err: error }, "unexpected error in a look after a write");
  return new Failure("internal", "The server met an error of its own.");
}
