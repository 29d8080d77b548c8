import { z } from "zod/v3";
import { isObject } from "../json.ts";
import { unwrapSchema } from "./schema-parts.ts";

/** JSON numbers without exponents: nobody means one of these as text where a number is expected. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;

export interface Coerced {
  readonly args: unknown;
  /** For each value that was read as another type, which one it was. Contains no value. */
  readonly notes: readonly string[];
}

/**
 * Converts values that some clients send as text to the expected type: JSON for lists and objects, numbers, true and false. Only
 * where the text can mean nothing else, and never inside a map whose values have no schema. A null for an optional argument
 * counts as omitted, because clients with strict schemas send it.
 */
export function coerceArguments(args: unknown, schema: z.ZodTypeAny): Coerced {
  const notes: string[] = [];
  return { args: coerce(args, schema, "", notes), notes };
}

function coerce(value: unknown, schema: z.ZodTypeAny, path: string, notes: string[]): unknown {
  const own = unwrapSchema(schema);
  const read = typeof value === "string" ? readText(value, own) : undefined;
  if (read) notes.push(`${path || "arguments"}: ${read.as}`);
  const typed = read ? read.value : value;
  if (own instanceof z.ZodArray && Array.isArray(typed)) {
    return typed.map((item, index) => coerce(item, own.element, `${path}.${index}`, notes));
  }
  return own instanceof z.ZodObject && isObject(typed) ? coerceFields(typed, own, path, notes) : typed;
}

function coerceFields(
  map: Readonly<Record<string, unknown>>,
  { shape }: z.AnyZodObject,
  path: string,
  notes: string[],
): Record<string, unknown> {
  const entries = Object.entries(map).flatMap(([key, value]): [string, unknown][] => {
    const field: z.ZodTypeAny | undefined = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!field) return [[key, value]];
    if (value === null && field.isOptional()) return [];
    return [[key, coerce(value, field, path === "" ? key : `${path}.${key}`, notes)]];
  });
  return Object.fromEntries(entries);
}

function readText(
  text: string,
  schema: z.ZodTypeAny | undefined,
): { readonly value: unknown; readonly as: string } | undefined {
  if (schema instanceof z.ZodBoolean && (text === "true" || text === "false"))
    return { value: text === "true", as: "text, read as true or false" };
  if (schema instanceof z.ZodNumber && NUMBER.test(text))
    return { value: Number(text), as: "text, read as a number" };
  if (schema instanceof z.ZodArray) return readJson(text, Array.isArray, "list");
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord)
    return readJson(text, isObject, "object");
  return undefined;
}

function readJson(text: string, is: (value: unknown) => boolean, kind: string) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? { value, as: `JSON text, read as the ${kind} in it` } : undefined;
  } catch {
    return undefined;
  }
}
