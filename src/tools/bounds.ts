import { z } from "zod/v3";

/** Longest name, reference or search, in characters. C1 publishes no limit. */
export const MAX_NAME = 1_024;

/** Longest text that people read, in characters. C1 publishes no limit here either. */
export const MAX_PROSE = 16_384;

/** Longest text of any other kind, in characters: a config may hold keys and certificates. */
export const MAX_TEXT = 65_536;

/** All texts and keys of one call together, in characters. */
export const MAX_TOTAL_TEXT = 131_072;

/** Longest key of a map, in characters. */
export const MAX_KEY = 1_024;

/** Keys of one map. */
export const MAX_KEYS = 200;

/** Values in one call, counted through all lists and maps. */
export const MAX_VALUES = 1_000;

/** Levels of lists and maps below the arguments. */
export const MAX_DEPTH = 20;

// Zod's own `max` would go into the JSON Schema, where every bound costs the model tokens.
const bounds = new WeakMap<z.ZodTypeAny, number>();

/** Bounds a text (characters), a list or a map (entries) tighter than the bounds for all. Zod checks it too. */
export function bounded<Schema extends z.ZodString | z.ZodArray<z.ZodTypeAny> | z.ZodRecord>(
  schema: Schema,
  max: number,
): z.ZodEffects<Schema> {
  bounds.set(schema, max);
  const message = schema instanceof z.ZodString ? tooLong(max) : tooMany(max);
  return (schema as z.ZodTypeAny).refine((value) => sizeOf(value) <= max, message) as z.ZodEffects<Schema>;
}

/** The bound that was set for a schema, without its refinements. */
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
