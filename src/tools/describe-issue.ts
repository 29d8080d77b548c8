import { z } from "zod/v3";
import { isObject } from "../json.ts";
import { foldWord, formatHint, nearestName } from "../nearest.ts";
import { cleanText } from "../text.ts";
import { guessArgument, isNeedless, isTenant } from "./argument-words.ts";
import { schemaAt, unwrapSchema } from "./schema-parts.ts";

/** Shorter words are one typo away from anything. */
const MIN_TELLING = 3;

type Path = readonly (string | number)[];

/** What an issue was found in. */
export interface CheckedInput {
  readonly schema: z.ZodTypeAny;
  readonly args: unknown;
  /** The tenant that this server serves. Undefined if it is not to be named. */
  readonly tenant?: string | undefined;
}

/** One line on what is wrong with an argument and, if possible, what would be right. It repeats no value. */
export function describeIssue(issue: z.ZodIssue, given: CheckedInput): string {
  const { schema, args } = given;
  const path = issue.path.map((part) => cleanText(String(part), 60)).join(".");
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const field = [path, cleanText(key, 60)].filter(Boolean).join(".");
    return `- ${field}: unknown argument${hintAt(key, issue.path, given)}`;
  }
  return `- ${path || "arguments"}: ${describe(issue, schema, valueAt(args, issue.path))}`;
}

/** Whether nothing can be said about an unknown argument except that it is unknown. */
export function isMystery(issue: z.ZodIssue, given: CheckedInput): boolean {
  if (issue.code !== "unrecognized_keys" || issue.path.length > 0) return false;
  return hintAt(issue.keys[0] ?? "", issue.path, given) === "";
}

function hintAt(key: string, path: Path, { schema, args, tenant }: CheckedInput): string {
  const known = keysAt(schema, path);
  const inside = valueAt(args, [...path, key]);
  if (typeof inside === "object" && inside !== null && known.some((own) => Object.hasOwn(inside, own)))
    return "; give its fields without it";
  if (isNeedless(key) || holdsNothing(inside)) return "; leave it out";
  if (tenant !== undefined && isTenant(key))
    return `; only the tenant ${tenant} is served here: leave it out if that is the one meant`;
  const given = valueAt(args, path);
  const free = known.filter(
    (own) => !(typeof given === "object" && given !== null && Object.hasOwn(given, own)),
  );
  return formatHint(guessArgument(key, free) ?? guessArgument(key, known));
}

function holdsNothing(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === null || value === "";
  return Object.keys(value).length === 0;
}

/** Our own wording, because zod's sometimes repeats the value, which could be a secret. */
function describe(issue: z.ZodIssue, schema: z.ZodTypeAny, value: unknown): string {
  const options = optionsAt(schema, issue.path);
  if (issue.code === "invalid_type" && issue.received === "undefined") return "is required";
  if (options && (issue.code === "invalid_type" || issue.code === "invalid_enum_value")) {
    return `must be one of ${options.join(", ")}${formatHint(nearestOption(value, options))}${emptyHint(value, issue.path, schema)}${wrapHint(value)}`;
  }
  if (issue.code === "invalid_type")
    return `must be ${article(issue.expected)}, got ${issue.received}${emptyHint(value, issue.path, schema)}${wrapHint(value)}`;
  if (issue.code === "too_small") return `must be at least ${issue.minimum}`;
  if (issue.code === "too_big") return `must be at most ${issue.maximum}`;
  return `${issue.code === "custom" ? issue.message : "is not valid"}${emptyHint(value, issue.path, schema)}`;
}

/** Some clients send empty values for arguments that they have nothing for. */
function emptyHint(value: unknown, path: Path, schema: z.ZodTypeAny): string {
  const isOptional = path.reduce<z.ZodTypeAny | undefined>(schemaAt, schema)?.isOptional();
  return value === "" && isOptional ? "; leave it out if it is not set" : "";
}

/** For a value that stands in an object of its own, which models like to do: {"value": 5}. */
function wrapHint(value: unknown): string {
  if (!isObject(value)) return "";
  const [[key, inside] = ["", undefined], ...others] = Object.entries(value);
  const isOne = others.length === 0 && inside !== undefined && typeof inside !== "object";
  return isOne ? `; give only what "${cleanText(key, 60)}" in it holds` : "";
}

/** The option that is meant by half its name, another case or a typo. */
function nearestOption(value: unknown, options: readonly string[]): string | undefined {
  if (typeof value !== "string" || value.length > 100) return undefined;
  const wanted = foldWord(value);
  if (wanted.length < MIN_TELLING) return undefined;
  const [only, ...others] = options.filter((option) => foldWord(option).endsWith(wanted));
  return others.length === 0 && only !== undefined ? only : nearestName(value, options);
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

/** Names of the object's fields at a path, for hints. */
export function keysAt(schema: z.ZodTypeAny, path: Path): string[] {
  const at = unwrapSchema(path.reduce<z.ZodTypeAny | undefined>(schemaAt, schema));
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function optionsAt(schema: z.ZodTypeAny, path: Path): readonly string[] | undefined {
  const at = unwrapSchema(path.reduce<z.ZodTypeAny | undefined>(schemaAt, schema));
  return at instanceof z.ZodEnum ? at.options : undefined;
}

function valueAt(args: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string | number, unknown>)[key]
        : undefined,
    args,
  );
}
