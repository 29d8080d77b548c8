import { type ZodIssue, z } from "zod/v3";
import { ID_PATTERN } from "./ids.ts";
import { invalidArgument } from "./problems.ts";
import type { Call } from "./tenant.ts";

const badId = `value does not match regex pattern "${ID_PATTERN}"`;
const idText = z.string().regex(new RegExp(ID_PATTERN), badId);
const empty = z.literal("");

/*
 * In proto3 JSON, null means "not set" for any field, and "" is an unset string. Unlike real protobuf JSON, the sandbox accepts
 * neither snake_case names nor numbers written as text: clients should not rely on them, so tests should notice.
 */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
export const int32 = z
  .number()
  .int("value must be an int32")
  .min(-(2 ** 31), "value must be an int32")
  .max(2 ** 31 - 1, "value must be an int32")
  .nullish()
  .transform((value) => value ?? 0);
export const texts = listOf(z.string());
export const requiredId = idText;
export const optionalId = z
  .union([idText, empty], { errorMap: () => ({ message: badId }) })
  .nullish()
  .transform((value) => value ?? "");
export const ids = listOf(idText);
export const idRefs = listOf(z.object({ id: idText }).strict());
export const entitlementRefs = listOf(z.object({ appId: idText, id: idText }).strict());

export function listOf<Item extends z.ZodTypeAny>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((value): z.output<Item>[] => value ?? []);
}

/** The paths of an expand mask. */
export function expandMask(known: readonly string[]) {
  const path = z.string().refine(
    (given) => known.includes(given),
    (given) => ({ message: `invalid path "${given}"` }),
  );
  return z
    .object({ paths: listOf(path) })
    .strict()
    .nullish()
    .transform((mask) => mask?.paths ?? []);
}

/** An open enum when reading, a closed one when writing; "" and the zero value are the same. */
export function enumText(values: readonly string[], zero: string) {
  return z
    .string()
    .nullish()
    .transform((value) => (value === undefined || value === null || value === "" ? zero : value))
    .refine(
      (value) => values.includes(value),
      (value) => ({ message: `unknown enum value "${value}"` }),
    );
}

/** Checks a request body against the message that it should be, and returns its fields with defaults filled in. */
export function readFields<Shape extends z.ZodTypeAny>(
  call: Call,
  message: string,
  shape: Shape,
): z.output<Shape> {
  const first = shape.safeParse(call.body);
  if (first.success) return first.data;
  const unknown = first.error.issues.filter((issue) => issue.code === "unrecognized_keys");
  if (call.tenant.rejectUnknownFields || unknown.length < first.error.issues.length) {
    throw invalidArgument(
      first.error.issues
        .slice(0, 5)
        .map((issue) => describe(message, issue))
        .join("; "),
    );
  }
  const pruned = structuredClone(call.body);
  for (const issue of unknown) dropKeys(pruned, issue.path, issue.keys);
  return shape.parse(pruned);
}

function describe(message: string, issue: ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  if (issue.code === "unrecognized_keys") {
    return `invalid ${message}${path}: ${issue.keys.map((key) => `unknown field "${key}"`).join(", ")}`;
  }
  if (issue.code === "invalid_type") {
    return `invalid ${message}${path}: expected ${issue.expected}, received ${issue.received}`;
  }
  return `invalid ${message}${path}: ${issue.message}`;
}

function dropKeys(body: unknown, path: readonly (string | number)[], keys: readonly string[]): void {
  let holder = body as Record<string, unknown>;
  for (const part of path) holder = holder[part] as Record<string, unknown>;
  for (const key of keys) delete holder[key];
}
