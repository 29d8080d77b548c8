import { Failure } from "../errors.ts";
import { NO_TITLES } from "./connector-config/titles.ts";
import type { WriteTool } from "./define.ts";
import { judgeBefore } from "./duplicate-guard.ts";
import type { Job } from "./job.ts";
import type { PageEntry, PageLook } from "./page-port.ts";
import { finish, lookBefore, makePlan, startRun, tellExisting } from "./perform.ts";
import type { Performed } from "./performed.ts";
import { questionFor } from "./question.ts";

/** What a person sees on the page: the same checks and the same lines as in a question over the protocol. */
export async function lookForPage(tool: WriteTool, job: Job): Promise<PageLook> {
  const run = startRun(job, job.deps.timeoutMs);
  const plan = await makePlan(tool, job, run);
  const known = await lookBefore(plan, job, run);
  const { lines, binding } = questionFor(tool, plan, known, job, run.unchecked);
  if (judgeBefore(plan, known)) throw nothingToDo(plan.guard.existsAlready);
  const { intent, asked: fields = [], titles = NO_TITLES } = plan;
  return { intent, lines, titles, fields, binding };
}

/** Performs the write of a page as the call that asked for it would. */
export async function performOnPage(tool: WriteTool, job: Job, entry: PageEntry): Promise<Performed> {
  const run = startRun(job, job.deps.timeoutMs);
  const plan = await makePlan(tool, job, run);
  if (plan.asked && plan.asked.length > 0)
    throw new Failure("invalid_arguments", `${plan.asked.map(({ label }) => label).join(", ")} is missing.`);
  const known = await lookBefore(plan, job, run);
  const { binding } = questionFor(tool, plan, known, job, run.unchecked);
  if (!entry.agrees(binding)) {
    throw new Failure("declined", "What is shown here has changed since the page was opened.", {
      next: "Read it again and decide anew.",
    });
  }
  const existing = judgeBefore(plan, known);
  if (existing) return tellExisting(existing, plan, job, run);
  if (!(await entry.claim())) {
    job.draft.isSecond = true;
    throw new Failure("declined", "This page was used already.", { next: "Ask for a new one." });
  }
  job.draft.consent = "page";
  return finish(tool, plan, job, run, binding);
}

function nothingToDo(existsAlready: string): Failure {
  return new Failure("already_exists", `${existsAlready}.`, { next: "There is nothing left to do here." });
}
