import type { Call } from "../c1/port.ts";
import type { Age } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Outcome, Turn } from "../replicas/port.ts";
import { listCandidates } from "./candidates.ts";
import type { Tool, WritePlan } from "./define.ts";
import { idIn, type Known } from "./duplicate-guard.ts";
import type { Job } from "./job.ts";
import { lookAgain, type Sent } from "./look-again.ts";
import type { Output, Performed } from "./performed.ts";
import { describeRoles } from "./roles.ts";

type Plan = WritePlan<Output>;

/**
 * Sends a write once, and establishes its outcome if the response does not.
 * @param checked how long ago the checks right before it began.
 */
export async function sendOnce(
  tool: Tool,
  plan: Plan,
  { turn, checked, ...sent }: Sent & { readonly turn: Turn; readonly checked: Age },
  job: Job,
  call: Call,
): Promise<Performed> {
  const { deps, draft } = job;
  const { guard } = plan;
  const end = async (outcome: Outcome) => {
    if (guard.idKey) await turn.end(outcome, deps.timeoutMs);
  };
  // On disk even if the process is killed before the outcome is recorded; without it, nothing is sent.
  deps.audit.intend({ ...draft.attempt, targets: plan.targets });
  if (guard.idKey) await turn.begin(deps.timeoutMs);
  // The response to a look-up is not the response to the write.
  delete draft.answer;
  draft.sent = true;
  const beforeSend = () => {
    // The time limit may stand still while the machine sleeps, and the tenant does not.
    if (checked() > deps.timeoutMs) throw refuseHeldUp();
    if (guard.idKey) turn.confirm();
  };
  try {
    const performed = await send(plan, sent, { ...call, beforeSend }).catch((error: unknown) =>
      findOut(error, tool, plan, sent, job, call),
    );
    const made = idIn(performed.output, guard);
    if (made !== undefined && performed.changed === "yes") draft.made = made;
    await end(made === undefined ? "unknown" : { made });
    return performed;
  } catch (error) {
    // An object that may have been created counts, too, so that no later call creates it again.
    await end(error instanceof Failure && error.changed === "no" ? "nothing" : "unknown");
    throw error;
  }
}

function refuseHeldUp(): Failure {
  const message = "This call was held up for so long that what it looked at may have changed.";
  return new Failure("unavailable", message, { next: "Try again." });
}

async function send(plan: Plan, { before, recent }: Known, call: Call): Promise<Performed> {
  const output = await plan.send(call);
  const id = idIn(output, plan.guard);
  // A response that names an object which existed before does not prove a create.
  if (id !== undefined && (before?.items.some((item) => item.id === id) || recent.made.includes(id))) {
    throw new Failure("outcome_unknown", `C1 answered with something that was there before [${id}].`, {
      changed: "maybe",
    });
  }
  return { output, changed: "yes" };
}

/** The end of a write that failed, or whose response cannot be trusted. A reported conflict is also verified. */
async function findOut(
  error: unknown,
  tool: Tool,
  plan: Plan,
  sent: Sent,
  { deps }: Job,
  call: Call,
): Promise<Performed> {
  if (!(error instanceof Failure)) throw error;
  const isConflict = error.status === 409;
  if (error.changed === "no" && !isConflict) return raise(error, tool);
  // An owner's row exists or it does not; but after C1 gave up on a create, the object may still appear.
  const isGivenUp = error.code === "rejected" && plan.guard.ifExists === "done";
  const refused = isConflict && (error.changed === "no" || isGivenUp);
  const seen = await lookAgain(plan.guard, sent, call, deps, refused);
  if (seen.kind === "found")
    return { output: seen.output, changed: seen.how === "existing" ? "no" : "yes", found: seen.how };
  if (seen.kind === "absent") return raise(error.with({ changed: "no" }), tool);
  // By id only, because it is not known whether their names can be trusted.
  const ids = seen.candidates.map(({ id }) => `[${id}]`);
  const hint = ids.length > 0 ? ` New there, and perhaps it: ${listCandidates(ids)}.` : "";
  return raise(error.with({ changed: "maybe" }), tool, plan.ifUnknown + hint);
}

/** Adds what only the tool knows: the roles that its operation requires, and what to check if the outcome is unknown. */
export function raise(error: unknown, tool: Tool, ifUnknown?: string): never {
  if (!(error instanceof Failure)) throw error;
  // Cancelled, timed out or broken off: to the caller all of these are an unknown outcome.
  if (error.changed === "maybe" && ifUnknown !== undefined)
    throw error.with({ code: "outcome_unknown", next: ifUnknown });
  if (error.code === "forbidden") throw error.with({ next: describeRoles(tool.roles) });
  throw error;
}
