import { parseArgs } from "node:util";

export const MODEL_USAGE = `npm run eval -- --model [options]
  --provider NAME  anthropic (key: ANTHROPIC_API_KEY) or openai (key: OPENAI_API_KEY); default anthropic
  --name MODEL     the model; required, unless --replay
  --base-url URL   another address that speaks the same API
  --times K        each task K times; pass^K is the share of tasks that succeed every time; default 1
  --tasks N        only the first N tasks
  --save FOLDER    writes one transcript a run
  --replay FOLDER  plays transcripts again on today's server, without a model`;

export interface ModelOptions {
  readonly provider: string;
  readonly name?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly times: number;
  readonly tasks: number;
  readonly save?: string | undefined;
  readonly replay?: string | undefined;
}

/** Throws an Error that names the mistake in the arguments. */
export function parseModelOptions(args: readonly string[]): ModelOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "boolean", default: false },
      provider: { type: "string", default: "anthropic" },
      name: { type: "string" },
      "base-url": { type: "string" },
      times: { type: "string", default: "1" },
      tasks: { type: "string", default: "1000" },
      save: { type: "string" },
      replay: { type: "string" },
    },
  });
  const [times = 0, tasks = 0] = [values.times, values.tasks].map(Number);
  if (![times, tasks].every((count) => Number.isSafeInteger(count) && count > 0))
    throw new Error("--times and --tasks must be whole numbers above 0");
  const { provider, name, "base-url": baseUrl, save, replay } = values;
  return { provider, name, baseUrl, times, tasks, save, replay };
}
