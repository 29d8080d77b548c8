import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { callLiterally, type Step } from "./agent/literal.ts";
import type { Args } from "./agent/path.ts";
import { isSameChange } from "./describe-tenant.ts";
import { type Golden, type GoldenStep, playGolden } from "./golden.ts";
import { judge, judgeTenant } from "./judge.ts";
import type { Mutant } from "./mutations/mutation.ts";
import { openWorld, type Server } from "./world.ts";

/** Most calls that the agent may make after the first. A goal counts as reached after at most `FEW` of them. */
const MOST = 4;
export const FEW = 2;

/** The outcome of a call with a mistake. */
export interface Episode {
  readonly task: string;
  readonly mutant: Mutant;
  readonly steps: readonly Step[];
  /** Whether the goal is a change or an answer, and not a refusal. */
  readonly hasGoal: boolean;
  readonly isReached: boolean;
  /** Whether the tenant differs both from its state before the call and from that after the call without the mistake. */
  readonly isWrong: boolean;
  /** Tokens of the errors and of the further calls. */
  readonly tokens: number;
}

/** Changes the server's answers before the agent sees them. */
export type Lens = (server: Server) => Server;

/** Lets the literal agent correct one call of a task, on a tenant in its state before that call. */
export async function runEpisode(
  golden: Golden,
  index: number,
  mutant: Mutant,
  lens: Lens,
): Promise<Episode> {
  const { task } = golden;
  const world = await openWorld(task);
  try {
    const prefix = await playGolden(task, index, world);
    const call = { ...mutant, args: swapIds(mutant.args, golden.steps, prefix) };
    const steps = await callLiterally(lens(world), call, task.words, MOST);
    const wanted = golden.steps[index];
    const last = steps.at(-1)?.answer;
    const changes = world.changes();
    const isAsWanted = isSameChange(changes, wanted?.changes ?? [], world.before);
    const isAsBefore = isSameChange(changes, prefix.at(-1)?.changes ?? [], world.before);
    const isLast = index === task.calls.length - 1;
    const answer = isLast ? golden.answer : { says: [] };
    return {
      task: task.name,
      mutant,
      steps,
      hasGoal: wanted?.answer.isError === false,
      isReached: isAsWanted && judge({ after: [], answer }, [], last).length === 0,
      isWrong: !isAsWanted && !isAsBefore && judgeTenant(task.also, changes).length > 0,
      tokens: countTokens(steps),
    };
  } finally {
    await world.close();
  }
}

/** Replaces ids of objects that another run created by those of this run. */
function swapIds(args: Args, theirs: readonly GoldenStep[], ours: readonly GoldenStep[]): Args {
  const pairs = ours.flatMap(({ answer }, index) =>
    Object.entries(answer.value).map(([key, own]) => [theirs[index]?.answer.value[key], own] as const),
  );
  const ids = pairs.filter(([their, own]) =>
    [their, own].every((id) => /^[A-Za-z0-9]{27}$/.test(String(id))),
  );
  const text = ids.reduce(
    (all, [their, own]) => all.replaceAll(String(their), String(own)),
    JSON.stringify(args),
  );
  return JSON.parse(text) as Args;
}

function countTokens([first, ...more]: readonly Step[]): number {
  const texts = [
    ...(first?.answer.isError ? [first.answer.text] : []),
    ...more.flatMap(({ tool, args, answer }) => [
      JSON.stringify({ name: tool, arguments: args }),
      answer.isError ? answer.text : "",
    ]),
  ];
  return texts.reduce((sum, text) => sum + encode(text).length, 0);
}
