import type { Answer, Server } from "../world.ts";
import { type Args, getAt, setAt } from "./path.ts";
import { type ReadError, readError } from "./read-error.ts";
import { choose, type Mended, mendArguments, OTHER_TOOL } from "./rules.ts";

/** A call that was made, and what came back. */
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
 * Makes a call and mends it as literally as it can be done: by the schema, the words of errors, what they offer and what they
 * say to do next, and what the person said. It has no other knowledge; its rules stand in eval/README.md.
 * @param most calls after the first.
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
    // Once: who comes back at once to the same answer should stop.
    const isFirst = steps.filter(({ args }) => args === call?.args).length === 1;
    const next: Call | Look | undefined = mendCall(call, answer, server, words, isFirst);
    if (next === undefined || !("look" in next) || steps.length > most) call = next;
    else call = useFound(next, await make(next.look), words);
  }
  return steps;
}

/** The same call without its mistakes, one that a look-up comes before, or undefined, which is to ask the person. */
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

/** A call that lacks what is to be looked up. */
interface Look extends Call {
  /** The argument that is looked for. */
  readonly path: string;
  readonly look: Call;
}

/** For the only complaint that is left, with the tool that it or the error names. */
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

/** "did you mean create_app?" of a tool, or "call create_app for that". */
function findOtherTool(text: string, { tools }: Server): string | undefined {
  const named = /Unknown tool.*did you mean ([a-z_]+)/s.exec(text)?.[1] ?? OTHER_TOOL.exec(text)?.[1];
  return tools.some(({ name }) => name === named) ? named : undefined;
}

/** The row of a look-up that the person has named, or the only one. */
function chooseRow({ value }: Answer, words: string): string | undefined {
  const rows = Array.isArray(value.items) ? (value.items as Record<string, unknown>[]) : [];
  const candidates = rows.map((row) => ({
    id: String(row.id ?? row.catalogId),
    label: [row.displayName, row.name, row.email, row.slug].filter(Boolean).join(", "),
  }));
  return (choose(candidates, words) ?? (candidates.length === 1 ? candidates[0] : undefined))?.id;
}
