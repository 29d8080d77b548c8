import { Failure } from "../errors.ts";
import type { ToolContext, WriteTool } from "./define.ts";
import type { ToolDeps } from "./job.ts";
import type { Rest } from "./later.ts";
import type { ToolSource } from "./listing.ts";
import { createMask } from "./mask.ts";
import type { Output } from "./performed.ts";
import { toResult } from "./run.ts";
import type { Rests, Standing } from "./standing.ts";
import { withNotes } from "./wait-after.ts";
import type { Looking } from "./watch.ts";

/** Longest look, in milliseconds. */
const LOOK_MS = 5_000;

/**
 * @param offered what callers may use of the tools.
 * @param track makes the process wait for a look before it ends.
 */
export async function openRests(
  source: ToolSource,
  offered: readonly { readonly name: string }[],
  deps: ToolDeps,
  track: (look: Promise<Standing>) => Promise<Standing>,
): Promise<Rests> {
  const tools = await source.load();
  return {
    serves: ({ tenant, tool }) => tenant === deps.tenant && offered.some(({ name }) => name === tool),
    look(rest, context) {
      const tool = tools.find(({ name }) => name === rest.tool);
      if (!tool || tool.effect === "read") throw new Error(`${rest.tool} leaves no rest`);
      return track(lookAtRest(tool, rest, context, deps));
    },
  };
}

/**
 * Takes up a rest with one look at C1. A look that fails is not the end, because what is waited for was accepted. When the
 * time is up the result is what is known, in the words of a wait within the call.
 */
async function lookAtRest(
  tool: WriteTool,
  rest: Rest,
  context: ToolContext,
  deps: ToolDeps,
): Promise<Standing> {
  const { output, notes = [], since, until } = rest;
  const { clock, logger, redactor } = deps;
  const isOver = clock.now() >= until;
  const end = (ending: Output, unchecked: readonly string[]): Standing => ({
    result: toResult(withNotes({ ...output, ...ending }, { unchecked }), redactor),
  });
  logger.debug(
    { tool: tool.name, tenant: rest.tenant, principal: context.principal, isOver },
    "poll after a write",
  );
  const run = await startLook(rest, context, deps).catch((error) => toFailure(error, deps));
  if (run instanceof Failure)
    return isOver ? end({}, [...notes, `what followed the write (${run.code})`]) : describeFailed(run);
  const watch = tool.watch?.(output, since, run);
  if (!watch) return end({}, run.unchecked);
  const seen = await watch.look(run.call).catch((error) => toFailure(error, deps));
  if (seen && !(seen instanceof Failure)) return end(seen, run.unchecked);
  if (isOver) return end(watch.giveUp(), run.unchecked);
  return seen ? describeFailed(seen) : { working: `${watch.describe()}.` };
}

/** The caller's own credential serves the look: whoever lost it sees nothing more. Rejects with a Failure. */
async function startLook(rest: Rest, { signal, caller }: ToolContext, deps: ToolDeps): Promise<Looking> {
  const { clock, redactor } = deps;
  return {
    api: await deps.connect(caller),
    call: {
      signal,
      deadline: clock.now() + LOOK_MS,
      mask: rest.isQuiet ? () => "***" : createMask([], redactor),
    },
    unchecked: [...(rest.notes ?? [])],
  };
}

/** None of C1's words: they are of no use to who waits. */
function describeFailed({ code, retryAfterSeconds }: Failure): Standing {
  const working = `C1 could not be asked just now (${code}); the next look follows.`;
  return { working, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

function toFailure(error: unknown, { logger }: ToolDeps): Failure {
  if (error instanceof Failure) return error;
  logger.error({ err: error }, "unexpected error in a look after a write");
  return new Failure("internal", "The server met an error of its own.");
}
