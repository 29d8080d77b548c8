import type { z } from "zod/v3";
import { Failure } from "../errors.ts";
import { coerceArguments } from "./coerce.ts";
import { describeIssue, isMystery, keysAt } from "./describe-issue.ts";
import { findExcess } from "./find-excess.ts";

const MAX_PROBLEMS = 10;

export interface Parsed<Args> {
  readonly args: Args;
  /** Notes on values that were read as another type than they were sent as, for the result. */
  readonly notes: readonly string[];
}

/** The arguments as parsed by the tool's schema, or `invalid_arguments` with one line per problem. */
export function parseArguments<Schema extends z.ZodTypeAny>(
  schema: Schema,
  args: unknown,
  toolName: string,
): Parsed<z.infer<Schema>> {
  const given = args ?? {};
  const excess = findExcess(given, schema);
  if (excess) throw wrongArguments([excess], schema, given, toolName);
  const coerced = coerceArguments(given, schema);
  // Values that were text until now must obey the same limits as all others.
  const inside = coerced.notes.length > 0 ? findExcess(coerced.args, schema) : undefined;
  if (inside) throw wrongArguments([inside], schema, coerced.args, toolName);
  const parsed = schema.safeParse(coerced.args);
  if (parsed.success) return { args: parsed.data, notes: coerced.notes };
  throw wrongArguments(parsed.error.issues, schema, coerced.args, toolName);
}

function wrongArguments(
  issues: readonly z.ZodIssue[],
  schema: z.ZodTypeAny,
  args: unknown,
  toolName: string,
): Failure {
  const problems = issues.flatMap(splitIssue);
  const shown = problems.slice(0, MAX_PROBLEMS);
  const lines = shown.map((issue) => describeIssue(issue, schema, args));
  const known = shown.some((issue) => isMystery(issue, schema, args)) ? keysAt(schema, []) : [];
  if (problems.length > lines.length) lines.push(`- and ${problems.length - lines.length} more`);
  else if (known.length > 0) lines.push(`It takes: ${known.join(", ")}.`);
  return new Failure(
    "invalid_arguments",
    `${toolName} was called with wrong arguments:\n${lines.join("\n")}\n`,
    {
      next: "Correct these and call again.",
    },
  );
}

/** One issue per unknown key. */
function splitIssue(issue: z.ZodIssue): z.ZodIssue[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
}
