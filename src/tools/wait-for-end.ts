import { readSteady, sleep } from "../clock.ts";
import { Deferred } from "./deferral.ts";
import type { Job } from "./job.ts";
import { leaveAtPage } from "./leave-at-page.ts";
import type { Elicitation, PageEnd } from "./page-port.ts";

/** How often a waiting caller gets a progress message, in milliseconds. */
const HEARTBEAT_MS = 10_000;

/**
 * Waits for the end of what a page does. A caller who takes pending waits gets one as soon as the write is done and only its effect
 * is waited for, or while a person takes their time. Undefined if there is neither in time. Rejects with the signal's reason if the
 * caller cancels.
 */
export async function waitForEndOrDefer(
  elicitation: Elicitation,
  ms: number,
  job: Job,
): Promise<PageEnd | undefined> {
  const step = job.context.deferral?.patienceMs ?? ms;
  for (let left = ms, beat = 1; ; left -= step, beat += 1) {
    const end = await waitFor(elicitation, Math.min(left, step), job, beat);
    if (end || left <= step) return end;
    const { pending } = elicitation;
    if (pending?.output && job.context.deferral?.takes(pending)) {
      const deferred = new Deferred(pending, "The page was sent; C1 is still at work.");
      return { performed: { output: pending.output, changed: "no", deferred } };
    }
    leaveAtPage(elicitation, job);
  }
}

/** The outcome, if it comes in time. Rejects with the signal's reason if the caller cancels. */
async function waitFor(
  { end }: Elicitation,
  ms: number,
  { deps, context }: Job,
  firstBeat: number,
): Promise<PageEnd | undefined> {
  const { signal } = context;
  signal.throwIfAborted();
  let result: PageEnd | undefined;
  const over = new AbortController();
  const leave = () => over.abort(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  void end.then((found) => {
    result = found;
    over.abort();
  });
  try {
    const started = readSteady(deps.clock);
    for (let beats = firstBeat; ; beats += 1) {
      const left = ms - (readSteady(deps.clock) - started);
      if (left <= 0) return result;
      await sleep(deps.clock, Math.min(left, HEARTBEAT_MS), over.signal);
      context.progress({ progress: beats, message: "Waiting for a person at the page" });
    }
  } catch (error) {
    if (result) return result;
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
