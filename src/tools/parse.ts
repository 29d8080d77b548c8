import { z } from "zod/v3";
import { Failure } from "../errors.ts";
import { formatHint, nearestName } from "../nearest.ts";
import { cleanText } from "../text.ts";
import { findExcess } from "./find-excess.ts";
import { schemaAt, unwrapSchema } from "./schema-parts.ts";

const MAX_PROBLEMS = 10;

/** Arguments as the tool's schema has them, or `invalid_arguments` with one line for each problem. */
export function parseArguments<Schema extends z.ZodTypeAny>(
  schema: Schema,
  args: unknown,
  toolName: string,
): z.infer<Schema> {
  const given = args ?? {};
  const excess = findExcess(given, schema);
  if (excess) throw wrongArguments([excess], schema, toolName);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw wrongArguments(parsed.error.issues, schema, toolName);
}

function wrongArguments(issues: readonly z.ZodIssue[], schema: z.ZodTypeAny, toolName: string): Failure {
  const problems = issues.flatMap(splitIssue);
  const shown = problems.slice(0, MAX_PROBLEMS).map((issue) => describeIssue(issue, schema));
  if (problems.length > shown.length) shown.push(`- and ${problems.length - shown.length} more`);
  return new Failure(
    "invalid_arguments",
    `${toolName} was called with wrong arguments:\n${shown.join("\n")}\n`,
    {
      next: "Correct these and call again.",
    },
  );
}

/** One issue for each unknown key. */
function splitIssue(issue: z.ZodIssue): z.ZodIssue[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
}

function describeIssue(issue: z.ZodIssue, schema: z.ZodTypeAny): string {
  const path = issue.path.map((part) => cleanText(String(part), 60)).join(".");
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const nearest = nearestName(key, keysAt(schema, issue.path));
    const field = [path, cleanText(key, 60)].filter(Boolean).join(".");
    return `- ${field}: unknown argument${formatHint(nearest)}`;
  }
  return `- ${path || "arguments"}: ${describe(issue)}`;
}

/** Our own wording: zod's can repeat the value, which could be a secret. */
function describe(issue: z.ZodIssue): string {
  if (issue.code === "invalid_type") {
    return issue.received === "undefined"
      ? "is required"
      : `must be ${article(issue.expected)}, got ${issue.received}`;
  }
  if (issue.code === "invalid_enum_value") return `must be one of ${issue.options.join(", ")}`;
  if (issue.code === "too_small") return `must be at least ${issue.minimum}`;
  if (issue.code === "too_big") return `must be at most ${issue.maximum}`;
  return issue.code === "custom" ? issue.message : "is not valid";
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

/** Names of the object's fields at a path, for hints. */
function keysAt(schema: z.ZodTypeAny, path: readonly (string | number)[]): string[] {
  const at = unwrapSchema(path.reduce<z.ZodTypeAny | undefined>(schemaAt, schema));
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}
