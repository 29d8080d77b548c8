import type { Answer, Server } from "../world.ts";
import { type Args, getAt, setAt } from "./path.ts";
import { type ReadError, readError } from "./read-error.ts";
import { choose, type Mended, mendArguments, OTHER_TOOL } from "./rules.ts";

/** A call and its answer. */
export interface Step {
  readonly tool: string;
  readonly args: Args;
  readonly answer: Answer;
}

interface Call {
  readonly tool: string;
  readonly args: Args;
}

/**
 * Makes a call and corrects it literally: by the schema, the texts of errors, their candidates and advice, and the person's words.
 * It has no other knowledge; eval/README.md lists its rules.
 * @param most greatest number of calls after the first.
 */
export async function callLiterally(
  server: Server,
  first: Call,
  words: string,
  most: number,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const make = async ({ tool, args }: Call): Promise<Answer> => {
    const answer = await server.call(tool, args);
    steps.push({ tool, args, answer });
    return answer;
  };
  let call: Call | undefined = first;
  while (call !== undefined && steps.length <= most) {
    const answer: Answer = await make(call);
    if (!answer.isError) break;
    // Only once: a caller who gets the same answer again should stop.
    const isFirst = steps.filter(({ args }) => args === call?.args).length === 1;
    const next: Call | Look | undefined = mendCall(call, answer, server, words, isFirst);
    if (next === undefined || !("look" in next) || steps.length > most) call = next;
    else call = useFound(next, await make(next.look), words);
  }
  return steps;
}

/** Returns the corrected call, or one that needs a look-up first. Undefined means that the person must be asked. */
function mendCall(
  call: Call,
  { text }: Answer,
  server: Server,
  words: string,
  mayRepeat: boolean,
): Call | Look | undefined {
  const error = readError(text);
  const tool = server.tools.find(({ name }) => name === call.tool);
  const mended = tool && mendArguments({ args: call.args, error, tool, words });
  if (mended?.left.length === 0 && !isSame(mended.args, call.args))
    return { tool: call.tool, args: mended.args };
  const other = findOtherTool(text, server);
  if (other !== undefined) return { tool: other, args: call.args };
  if (/Try again|Call again with the same arguments/.test(error.next) && mayRepeat) return call;
  return mended && planLook(call.tool, mended, error);
}

function isSame(some: Args, others: Args): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}

/** A call with an argument that must be looked up. */
interface Look extends Call {
  /** Path of that argument. */
  readonly path: string;
  readonly look: Call;
}

/** Plans a look-up for the only remaining problem, with the tool that it or the error names. */
function planLook(tool: string, { args, left }: Mended, { next, candidates }: ReadError): Look | undefined {
  const [problem, ...others] = left;
  const query = problem && getAt(args, problem.path);
  if (problem === undefined || others.length > 0 || typeof query !== "string" || candidates.length > 0)
    return undefined;
  const [, named] = /\b(find_[a-z_]+)\b/.exec(`${problem.message} ${next}`) ?? [];
  return named === undefined
    ? undefined
    : { tool, args, path: problem.path, look: { tool: named, args: { query } } };
}

function useFound({ tool, args, path }: Look, found: Answer, words: string): Call | undefined {
  const id = chooseRow(found, words);
  return id === undefined ? undefined : { tool, args: setAt(args, path, id) };
}

/** Reads "did you mean create_app?" about a tool, or "call create_app for that". */
function findOtherTool(text: string, { tools }: Server): string | undefined {
  const named = /Unknown tool.*did you mean ([a-z_]+)/s.exec(text)?.[1] ?? OTHER_TOOL.exec(text)?.[1];
  return tools.some(({ name }) => name === named) ? named : undefined;
}

/** The row of a look-up that the person has named, or the only row. */
function chooseRow({ value }: Answer, words: string): string | undefined {
  const rows = Array.isArray(value.items) ? (value.items as Record<string, unknown>[]) : [];
  const candidates = rows.map((row) => ({
    id: String(row.id ?? row.catalogId),
    label: [row.displayName, row.name, row.email, row.slug].filter(Boolean).join(", "),
  }));
  return (choose(candidates, words) ?? (candidates.length === 1 ? candidates[0] : undefined))?.id;
}
