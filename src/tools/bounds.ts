import { z } from "zod/v3";

/** Maximum length of a name, reference or search, in characters. C1 publishes no limit. */
export const MAX_NAME = 1_024;

/** Maximum length of prose, in characters. C1 publishes no limit here either. */
export const MAX_PROSE = 16_384;

/** Maximum length of any other text, in characters: a config may contain keys and certificates. */
export const MAX_TEXT = 65_536;

/** Maximum total length of all texts and keys of one call, in characters. */
export const MAX_TOTAL_TEXT = 131_072;

/** Maximum length of a map's key, in characters. */
export const MAX_KEY = 1_024;

/** Maximum number of keys in one map. */
export const MAX_KEYS = 200;

/** Maximum number of values in one call, counted through all lists and maps. */
export const MAX_VALUES = 1_000;

/** Maximum nesting of lists and maps below the arguments. */
export const MAX_DEPTH = 20;

// Zod's own `max` would appear in the JSON Schema, where every bound costs the model tokens.
const bounds = new WeakMap<z.ZodTypeAny, number>();

/** Bounds a text (characters), a list or a map (entries) more tightly than the general limits. Zod checks it, too. */
export function bounded<Schema extends z.ZodString | z.ZodArray<z.ZodTypeAny> | z.ZodRecord>(
  schema: Schema,
  max: number,
): z.ZodEffects<Schema> {
  bounds.set(schema, max);
  const message = schema instanceof z.ZodString ? tooLong(max) : tooMany(max);
  return (schema as z.ZodTypeAny).refine((value) => sizeOf(value) <= max, message) as z.ZodEffects<Schema>;
}

/** The bound set for a schema, ignoring its refinements. */
export function boundOf(schema: z.ZodTypeAny | undefined): number | undefined {
  return schema && bounds.get(schema);
}

export function tooLong(max: number): string {
  return `must have at most ${max} characters`;
}

export function tooMany(max: number): string {
  return `must have at most ${max} entries`;
}

function sizeOf(value: string | readonly unknown[] | Readonly<Record<string, unknown>>): number {
  return typeof value === "string" || Array.isArray(value) ? value.length : Object.keys(value).length;
}
