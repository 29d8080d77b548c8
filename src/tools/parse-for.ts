import { z } from "zod/v3";
import type { Failure } from "../errors.ts";
import type { Tool } from "./define.ts";
import type { ToolDeps } from "./job.ts";
import { type Parsed, parseArguments, takesArguments } from "./parse.ts";
import { schemaAt } from "./schema-parts.ts";
import { blockedBy } from "./switches.ts";

/** Parses the arguments for a tool. If another tool was apparently meant, the failure names it. */
export async function parseFor(tool: Tool, args: unknown, deps: ToolDeps): Promise<Parsed<unknown>> {
  try {
    return parseArguments(tool.input, args, tool.name, deps.tenant);
  } catch (error) {
    const other = isForeign(tool, args) ? await findFitting(tool, args, deps) : undefined;
    if (other === undefined) throw error;
    const next = `Correct these and call again, or call ${other.name}: they are the arguments of ${other.name}.`;
    throw (error as Failure).with({ next });
  }
}

/** Whether something suggests another tool: an argument that this one does not have, or none of those that it needs. */
function isForeign({ input }: Tool, args: unknown): boolean {
  if (typeof args !== "object" || args === null) return false;
  const keys = Object.keys(args);
  const needed = requiredBy(input);
  return (
    keys.some((key) => schemaAt(input, key) === undefined) ||
    (needed.length > 0 && keys.length > 0 && needed.every((key) => !keys.includes(key)))
  );
}

function requiredBy(input: z.ZodTypeAny): string[] {
  const shape: Readonly<Record<string, z.ZodTypeAny>> = input instanceof z.ZodObject ? input.shape : {};
  return Object.keys(shape).filter((key) => !shape[key]?.isOptional());
}

/**
 * The only listed tool with the same kind of effect that would accept these arguments or, if none would, the only one whose
 * argument names match: it has all of these, and none that it requires is missing.
 */
async function findFitting(tool: Tool, args: unknown, deps: ToolDeps): Promise<Tool | undefined> {
  const { TOOLS } = await import("./index.ts");
  const isRead = tool.effect === "read";
  const listed = TOOLS.filter(
    (other) =>
      (other.effect === "read") === isRead && blockedBy(other.name, !isRead, deps.switches) === undefined,
  );
  const accepting = listed.filter(({ input }) => takesArguments(input, args));
  const fitting =
    accepting.length > 0
      ? accepting
      : listed.filter(({ input }) => hasKeys(input, Object.keys(args as object)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function hasKeys(input: z.ZodTypeAny, keys: readonly string[]): boolean {
  return (
    keys.every((key) => schemaAt(input, key) !== undefined) &&
    requiredBy(input).every((key) => keys.includes(key))
  );
}
