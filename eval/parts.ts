import { type Case, type Cases, listCases, runCases } from "./closure.ts";
import { FEW, type Lens } from "./episode.ts";
import { type Golden, runGolden } from "./golden.ts";
import type { Options } from "./options.ts";
import { mean, percent, type Report } from "./report.ts";
import { isMended, reportClosure } from "./report-closure.ts";
import { loadTasks } from "./task.ts";
import { saysNoNext, saysNothing } from "./worse.ts";

/** Shared by the parts, and created once. */
export interface Bench {
  readonly goldens: readonly Golden[];
  readonly cases: Cases;
  readonly options: Options;
}

export async function openBench(options: Options): Promise<Bench> {
  const needsTasks = options.parts.some((part) => part !== "finding" && part !== "injection");
  const goldens: Golden[] = [];
  for (const task of needsTasks ? loadTasks() : []) goldens.push(await runGolden(task));
  const cases = await listCases(
    goldens.filter(({ problems }) => problems.length === 0),
    options.seed,
  );
  const some = (all: readonly Case[]) => all.filter((_case, index) => index % options.every === 0);
  return { goldens, options, cases: { singles: some(cases.singles), pairs: some(cases.pairs) } };
}

/** Tasks done without mistakes. */
export async function reportTasks({ goldens }: Bench): Promise<Report> {
  const kinds = [...new Set(goldens.flatMap(({ task }) => task.kinds))].sort();
  const isDone = ({ problems }: Golden) => problems.length === 0;
  const count = (name: string, own: readonly Golden[]) => [
    name,
    String(own.length),
    String(own.filter(isDone).length),
  ];
  const failed = goldens.filter((golden) => !isDone(golden));
  return {
    title: "Tasks",
    method:
      "Each task is a file in eval/tasks: a person's words, the tenant before, the calls of somebody who makes no mistake, and what must be true of the tenant and of the last answer afterwards. A task can be of several kinds.",
    tables: [
      {
        head: ["Kind", "tasks", "done"],
        rows: [
          ...kinds.map((kind) =>
            count(
              kind,
              goldens.filter(({ task }) => task.kinds.includes(kind)),
            ),
          ),
          count("all", goldens),
        ],
      },
    ],
    notes: failed.map(({ task, problems }) => `- ${task.name}: ${problems.join("; ").slice(0, 400)}`),
    missed: failed.map(({ task }) => `${task.name} cannot be done`),
  };
}

const HOW =
  "The literal agent (eval/README.md) mends each call by what the server says. A goal is the tenant as after the call without the mistake, and the last answer as the task wants it; calls that are rightly refused have none. A wrong change is a tenant that is neither that nor as before the call. Further calls and tokens (o200k; errors read and calls made) are means over the goals reached.";

export async function reportSingles({ cases }: Bench): Promise<Report> {
  const episodes = await runCases(cases.singles);
  return reportClosure(
    "One mistake in a call",
    `Every mistake of each kind, in every call of every task. ${HOW}`,
    episodes,
    ({ mutant }) => mutant.kind,
  );
}

export async function reportPairs({ cases }: Bench): Promise<Report> {
  const episodes = await runCases(cases.pairs);
  return reportClosure(
    "Two mistakes in a call",
    "A sample: a wrong value and a wrong key, shape or tool in one call; the rows are the first mistake. Otherwise as above.",
    episodes,
    ({ mutant }) => mutant.kind.split(" + ")[0] ?? "",
  );
}

const SERVERS: readonly (readonly [name: string, lens: Lens])[] = [
  ["as it is", (server) => server],
  ["without what to do next", saysNoNext],
  ['every error is "invalid arguments"', saysNothing],
];

/** Whether the evaluation distinguishes a good server from bad ones. */
export async function reportWorse({ cases }: Bench): Promise<Report> {
  const sample = cases.singles.filter((_case, index) => index % 5 === 0);
  const rows: string[][] = [];
  for (const [name, lens] of SERVERS) {
    const episodes = await runCases(sample, lens);
    const goals = episodes.filter(({ hasGoal }) => hasGoal);
    const reached = goals.filter(isMended);
    const wrong = episodes.filter(({ isWrong }) => isWrong).length;
    rows.push([
      name,
      String(goals.length),
      percent(reached.length, goals.length),
      String(wrong),
      mean(reached.map(({ steps }) => steps.length - 1)),
    ]);
  }
  return {
    title: "Worse servers",
    method:
      "Every fifth of the single mistakes, with the same agent, on the same server with some of its words taken away.",
    tables: [
      { head: ["Server", "with a goal", `reached in <= ${FEW}`, "wrong changes", "further calls"], rows },
    ],
  };
}
