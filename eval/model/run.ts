import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatTable } from "../../bench/markdown.ts";
import { percent } from "../report.ts";
import { loadTasks, type Task } from "../task.ts";
import { createAnthropic } from "./anthropic.ts";
import { createOpenai } from "./openai.ts";
import type { ModelOptions } from "./options.ts";
import { playTask, replay, type Transcript } from "./play.ts";
import type { Provider } from "./provider.ts";

const PROVIDERS = {
  anthropic: { create: createAnthropic, baseUrl: "https://api.anthropic.com", key: "ANTHROPIC_API_KEY" },
  openai: { create: createOpenai, baseUrl: "https://api.openai.com/v1", key: "OPENAI_API_KEY" },
} as const;

/** Runs the tasks with a model, or replays its transcripts. Returns a table. Throws an Error that names what is missing. */
export async function runModel(options: ModelOptions, env: NodeJS.ProcessEnv): Promise<string> {
  const tasks = loadTasks();
  const transcripts =
    options.replay === undefined
      ? await askModel(options, tasks.slice(0, options.tasks), env)
      : await replayAll(options.replay, tasks);
  return tabulate(transcripts);
}

async function askModel(
  options: ModelOptions,
  tasks: readonly Task[],
  env: NodeJS.ProcessEnv,
): Promise<Transcript[]> {
  const kind = PROVIDERS[options.provider as keyof typeof PROVIDERS];
  if (kind === undefined) throw new Error(`--provider must be one of ${Object.keys(PROVIDERS).join(", ")}`);
  const { name: model } = options;
  if (model === undefined) throw new Error("--name: which model?");
  const key = env[kind.key];
  if (!key) throw new Error(`${kind.key} is not set; a key is taken from nowhere else`);
  const baseUrl = (options.baseUrl ?? kind.baseUrl).replace(/\/+$/, "");
  const provider: Provider = kind.create({ model, baseUrl, key });
  const transcripts: Transcript[] = [];
  for (const task of tasks) {
    for (let time = 1; time <= options.times; time += 1) {
      const transcript = await playTask(task, model, provider);
      transcripts.push(transcript);
      if (options.save !== undefined) save(options.save, `${task.name}.${time}.json`, transcript);
    }
  }
  return transcripts;
}

function save(folder: string, file: string, transcript: Transcript): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), `${JSON.stringify(transcript, null, 2)}\n`);
}

async function replayAll(folder: string, tasks: readonly Task[]): Promise<Transcript[]> {
  const transcripts: Transcript[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()) {
    const old = JSON.parse(readFileSync(join(folder, file), "utf8")) as Transcript;
    const task = tasks.find(({ name }) => name === old.task);
    if (task) transcripts.push(await playTask(task, `${old.model}, replayed`, replay(old)));
  }
  return transcripts;
}

/** pass^k: the share of tasks that succeeded every time. */
function tabulate(transcripts: readonly Transcript[]): string {
  const names = [...new Set(transcripts.map(({ task }) => task))];
  const runsOf = (name: string) => transcripts.filter(({ task }) => task === name);
  const isDone = ({ problems }: Transcript) => problems.length === 0;
  const always = names.filter((name) => runsOf(name).every(isDone));
  const times = Math.max(0, ...names.map((name) => runsOf(name).length));
  const table = formatTable({
    head: ["Model", "tasks", "runs", "runs that succeed", `pass^${times}`],
    rows: [
      [
        transcripts[0]?.model ?? "none",
        String(names.length),
        String(transcripts.length),
        percent(transcripts.filter(isDone).length, transcripts.length),
        percent(always.length, names.length),
      ],
    ],
  });
  const failed = transcripts.filter((transcript) => !isDone(transcript));
  return [
    table,
    ...failed.map(({ task, problems }) => `- ${task}: ${problems.join("; ").slice(0, 300)}`),
  ].join("\n");
}
