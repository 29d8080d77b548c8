import type { C1Api, Call } from "../c1/port.ts";
import { readSteady } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { ToolContext } from "./context.ts";
import type { WriteTool } from "./define.ts";
import type { ToolDeps } from "./job.ts";
import { maskAll } from "./mask.ts";
import { type PageEnd, TYPED_MASKED_MS } from "./page-port.ts";
import type { Performed } from "./performed.ts";
import { withNotes } from "./wait-after.ts";
import { LOOK_MS, type Looking } from "./watch.ts";

/** Who is told an outcome, and the client that asks C1 on their behalf. */
export interface Telling {
  readonly tool: WriteTool;
  readonly context: Pick<ToolContext, "signal">;
  readonly deps: Pick<ToolDeps, "clock" | "logger" | "timeoutMs">;
  /** Rejects with a Failure. */
  connect(): Promise<C1Api>;
  readonly mask: NonNullable<Call["mask"]>;
}

/** Whether C1 has yet to say if what was sent works. */
export function isOpen({ watchConfig }: WriteTool, { output, changed }: Performed): boolean {
  const { connection = "syncing" } = output;
  return changed === "yes" && watchConfig !== undefined && connection === "syncing";
}

/** Looks once how a write stands, and returns its result with that. Rejects with a Failure. */
export async function follow(tool: WriteTool, performed: Performed, run: Looking): Promise<Performed> {
  const watch = tool.watchConfig?.(performed.written ?? performed.output, run);
  const more = watch && ((await watch.look(run.call)) ?? watch.giveUp());
  return { ...performed, output: { ...performed.output, ...more } };
}

/**
 * The outcome of a write as it stands when a caller is told, after one look at C1: the write may have been done minutes ago, and
 * what C1 made of its config is known by now. Never rejects: without a look, the result of the write holds, with a note.
 */
export async function bringUpToDate(performed: Performed, telling: Telling): Promise<Performed> {
  const { tool, context, deps, mask } = telling;
  if (performed.deferred || !isOpen(tool, performed)) return performed;
  const { unchecked: _, ...output } = performed.output;
  // This look settles what the wait noted.
  const { unchecked } = performed.written ?? performed.output;
  const notes: string[] = Array.isArray(unchecked) ? [...unchecked] : [];
  const deadline = readSteady(deps.clock) + Math.min(LOOK_MS, deps.timeoutMs);
  try {
    const api = await telling.connect();
    const call = { signal: context.signal, deadline, mask };
    const now = await follow(tool, { ...performed, output }, { api, call, unchecked: [] });
    return { ...now, output: withNotes(now.output, { unchecked: notes }) };
  } catch (error) {
    if (!(error instanceof Failure) && !context.signal.aborted)
      deps.logger.error({ err: error }, "unexpected error after a write");
    const code = error instanceof Failure ? error.code : "stopped";
    notes.push(`how the connector stands by now (${code})`);
    const next = "look with find_connectors how it stands";
    return { ...performed, output: withNotes({ ...output, next }, { unchecked: notes }) };
  }
}

/**
 * The same for how a page ended in this process.
 * @param sentAt when its form was sent, by `readSteady`.
 */
export async function bringEndUpToDate(end: PageEnd, sentAt: number, telling: Telling): Promise<PageEnd> {
  if ("failure" in end) return end;
  const isMasked = readSteady(telling.deps.clock) + LOOK_MS < sentAt + TYPED_MASKED_MS;
  const mask = isMasked ? telling.mask : maskAll;
  return { performed: await bringUpToDate(end.performed, { ...telling, mask }) };
}
