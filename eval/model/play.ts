import { judge } from "../judge.ts";
import { fillReferences } from "../references.ts";
import type { Task } from "../task.ts";
import { type Answer, openWorld } from "../world.ts";
import type { Message, ModelTurn, Provider } from "./provider.ts";

/** Most turns of a model in one task; a model that needs more is lost. */
const MOST_TURNS = 12;

/** A model's turns in a task, for saving and replaying. Its ids are those of that run. */
export interface Transcript {
  readonly task: string;
  readonly model: string;
  readonly turns: readonly ModelTurn[];
  /** Problems at the end; empty if the goal was reached. */
  readonly problems: readonly string[];
}

/** Gives a task's request to a model, makes its calls, and judges the tenant at the end. */
export async function playTask(task: Task, model: string, provider: Provider): Promise<Transcript> {
  const world = await openWorld(task);
  try {
    const expected = fillReferences({ after: task.after, answer: task.answer }, world.rig.sandbox.state, []);
    const messages: Message[] = [{ role: "user", text: task.words }];
    const turns: ModelTurn[] = [];
    let last: Answer | undefined;
    while (turns.length < MOST_TURNS) {
      const turn = await provider.turn(world.rig.registry.instructions, messages, world.tools);
      turns.push(turn);
      if (turn.calls.length === 0) break;
      const results: { id: string; text: string; isError: boolean }[] = [];
      for (const { id, name, args } of turn.calls) {
        last = await world.call(name, args);
        results.push({ id, text: last.text, isError: last.isError });
      }
      messages.push({ role: "model", turn }, { role: "tool", results });
    }
    return { task: task.name, model, turns, problems: judgeModel(expected, world.changes(), last) };
  } finally {
    await world.close();
  }
}

/**
 * Judges the tenant alone, unless the task is to find something out: how a model words its last answer, and whether it checks once
 * more before it stops, does not matter.
 */
function judgeModel(
  expected: Pick<Task, "after" | "answer">,
  changes: Parameters<typeof judge>[1],
  last: Answer | undefined,
): string[] {
  const isQuestion = expected.after.length === 0 && expected.answer.code === undefined;
  return isQuestion
    ? judge(expected, changes, last)
    : judge({ after: expected.after, answer: { says: [] } }, changes, {
        isError: false,
        text: "",
        value: {},
      });
}

/** A provider that replays a transcript, whatever the answers are. */
export function replay({ turns }: Transcript): Provider {
  let next = 0;
  return { turn: async () => turns[next++] ?? { text: "", calls: [] } };
}
