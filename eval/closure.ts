import { type Episode, type Lens, runEpisode } from "./episode.ts";
import { fillArguments, type Golden, playGolden } from "./golden.ts";
import { listSingles, samplePairs } from "./mutations/index.ts";
import type { Mutant } from "./mutations/mutation.ts";
import { createRandom } from "./random.ts";
import { openWorld } from "./world.ts";

/** Number of calls with two mistakes per golden call. */
const PAIRS = 8;

/** A task in which one call has a mistake. */
export interface Case {
  readonly golden: Golden;
  /** Index of that call. */
  readonly index: number;
  readonly mutant: Mutant;
}

export interface Cases {
  readonly singles: readonly Case[];
  readonly pairs: readonly Case[];
}

/** Lists all single mistakes and a sample of pairs, for every call of every task. */
export async function listCases(goldens: readonly Golden[], seed: string): Promise<Cases> {
  const all = await Promise.all(goldens.map((golden) => listOf(golden, seed)));
  return { singles: all.flatMap(({ singles }) => singles), pairs: all.flatMap(({ pairs }) => pairs) };
}

async function listOf(golden: Golden, seed: string): Promise<Cases> {
  const { task } = golden;
  const world = await openWorld(task);
  try {
    const singles: Case[] = [];
    const pairs: Case[] = [];
    await playGolden(task, task.calls.length, world);
    for (const [index, call] of task.calls.entries()) {
      const tool = world.tools.find(({ name }) => name === call.tool);
      if (!tool) throw new Error(`${task.name}: there is no tool ${call.tool}`);
      const random = createRandom(`${seed} ${task.name} ${index}`);
      // Ids of new objects differ between runs. The episode replaces those of the golden run by its own.
      const args = fillArguments(call.args, golden.steps.slice(0, index), world);
      const ground = { tool, tools: world.tools, args, state: world.rig.sandbox.state, random };
      const cases = (mutants: readonly Mutant[]) =>
        distinct(mutants).map((mutant) => ({ golden, index, mutant }));
      singles.push(...cases(listSingles(ground)));
      pairs.push(...cases(samplePairs(ground, PAIRS)));
    }
    return { singles, pairs };
  } finally {
    await world.close();
  }
}

function distinct(mutants: readonly Mutant[]): Mutant[] {
  const keyOf = ({ tool, args }: Mutant) => JSON.stringify([tool, args]);
  return mutants.filter(
    (mutant, index) => mutants.findIndex((other) => keyOf(other) === keyOf(mutant)) === index,
  );
}

/** Episodes at the same time: they mostly wait for loopback. */
const LANES = 4;

/** Runs cases concurrently. Returns the episodes in the order of the cases. */
export async function runCases(cases: readonly Case[], lens: Lens = (server) => server): Promise<Episode[]> {
  const episodes: Episode[] = [];
  const waiting = [...cases.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, { golden, index, mutant }] = next;
      episodes[place] = await runEpisode(golden, index, mutant, lens);
    }
  };
  await Promise.all(Array.from({ length: LANES }, work));
  return episodes;
}
