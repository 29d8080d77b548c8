import type { z } from "zod/v3";
import { Failure } from "../errors.ts";
import { coerceArguments } from "./coerce.ts";
import { type CheckedInput, describeIssue, isMystery, keysAt } from "./describe-issue.ts";
import { findExcess } from "./find-excess.ts";

const MAX_PROBLEMS = 10;

export interface Parsed<Args> {
  readonly args: Args;
  /** Notes on values that were read as another type than they were sent as, for the result. */
  readonly notes: readonly string[];
}

/**
 * The arguments as parsed by the tool's schema, or `invalid_arguments` with one line per problem.
 * @param tenant the tenant that this server serves, to tell callers who pass one.
 */
export function parseArguments<Schema extends z.ZodTypeAny>(
  schema: Schema,
  args: unknown,
  toolName: string,
  tenant?: string,
): Parsed<z.infer<Schema>> {
  const read = readArguments(schema, args);
  if ("issues" in read) throw wrongArguments(read.issues, { schema, args: read.args, tenant }, toolName);
  return read;
}

/** Whether a tool with this schema would accept these arguments. */
export function takesArguments(schema: z.ZodTypeAny, args: unknown): boolean {
  return !("issues" in readArguments(schema, args));
}

/** The arguments in the schema's types, or the issues and the arguments in the form in which they were found. */
function readArguments<Schema extends z.ZodTypeAny>(
  schema: Schema,
  args: unknown,
): Parsed<z.infer<Schema>> | { readonly issues: readonly z.ZodIssue[]; readonly args: unknown } {
  const given = args ?? {};
  const excess = findExcess(given, schema);
  if (excess) return { issues: [excess], args: given };
  const coerced = coerceArguments(given, schema);
  // Values that were text until now must obey the same limits as all others.
  const inside = coerced.notes.length > 0 ? findExcess(coerced.args, schema) : undefined;
  if (inside) return { issues: [inside], args: coerced.args };
  const parsed = schema.safeParse(coerced.args);
  if (parsed.success) return { args: parsed.data, notes: coerced.notes };
  return { issues: parsed.error.issues, args: coerced.args };
}

function wrongArguments(issues: readonly z.ZodIssue[], given: CheckedInput, toolName: string): Failure {
  const problems = issues.flatMap(splitIssue);
  const shown = problems.slice(0, MAX_PROBLEMS);
  const lines = shown.map((issue) => describeIssue(issue, given));
  if (problems.length > lines.length) lines.push(`- and ${problems.length - lines.length} more`);
  else if (shown.some((issue) => isMystery(issue, given))) lines.push(describeTaken(given));
  return new Failure(
    "invalid_arguments",
    `${toolName} was called with wrong arguments:\n${lines.join("\n")}\n`,
    {
      next: "Correct these and call again.",
    },
  );
}

function describeTaken({ schema }: CheckedInput): string {
  const known = keysAt(schema, []);
  return known.length > 0 ? `It takes: ${known.join(", ")}.` : "It takes no arguments.";
}

/** One issue per unknown key. */
function splitIssue(issue: z.ZodIssue): z.ZodIssue[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
}
