import type { Args } from "./agent/path.ts";
import type { Change } from "./describe-tenant.ts";
import { judge } from "./judge.ts";
import { fillReferences } from "./references.ts";
import type { Task } from "./task.ts";
import { type Answer, openWorld, type World } from "./world.ts";

/** One call without a mistake, and the state of the tenant after it. */
export interface GoldenStep {
  readonly tool: string;
  readonly args: Args;
  readonly answer: Answer;
  /** All changes since the start of the task. */
  readonly changes: readonly Change[];
}

export interface Golden {
  readonly task: Task;
  readonly steps: readonly GoldenStep[];
  /** Problems at the end; empty if the task can be done as described. */
  readonly problems: readonly string[];
  /** Requirements on the last answer, with ids filled in. */
  readonly answer: Task["answer"];
}

/** Does a task without mistakes. */
export async function runGolden(task: Task): Promise<Golden> {
  const world = await openWorld(task);
  try {
    // Before anything is created, so that names refer to the objects that existed at the start.
    const { after, answer } = fillReferences(
      { after: task.after, answer: task.answer },
      world.rig.sandbox.state,
      [],
    );
    const steps = await playGolden(task, task.calls.length, world);
    return { task, steps, answer, problems: judge({ after, answer }, world.changes(), steps.at(-1)?.answer) };
  } finally {
    await world.close();
  }
}

/** Makes the first `count` calls of a task. */
export async function playGolden(task: Task, count: number, world: World): Promise<GoldenStep[]> {
  const steps: GoldenStep[] = [];
  for (const { tool, args } of task.calls.slice(0, count)) {
    const filled = fillArguments(args, steps, world);
    const answer = await world.call(tool, filled);
    steps.push({ tool, args: filled, answer, changes: world.changes() });
  }
  return steps;
}

export function fillArguments(args: Args, steps: readonly GoldenStep[], world: World): Args {
  return fillReferences(
    args,
    world.rig.sandbox.state,
    steps.map(({ answer }) => answer.value),
  );
}
