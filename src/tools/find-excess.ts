import { z } from "zod/v3";
import {
  boundOf,
  MAX_DEPTH,
  MAX_KEY,
  MAX_KEYS,
  MAX_TEXT,
  MAX_TOTAL_TEXT,
  MAX_VALUES,
  tooLong,
  tooMany,
} from "./bounds.ts";
import { schemaAt, unwrapSchema } from "./schema-parts.ts";

/** A value among the arguments, and where it stands. */
interface Place {
  readonly value: unknown;
  readonly schema: z.ZodTypeAny | undefined;
  readonly path: readonly (string | number)[];
}

/**
 * The first thing in the arguments that is too large to be looked at, or that zod would drop without a word. Zod makes an
 * issue for each of a million wrong values before it counts them, so that sizes are judged first. The places kept are never
 * more than `MAX_VALUES`, however large or deep the arguments are.
 */
export function findExcess(args: unknown, schema: z.ZodTypeAny): z.ZodIssue | undefined {
  const places: Place[] = [{ value: args, schema, path: [] }];
  let characters = 0;
  // The list grows while it is walked: level by level.
  for (const { value, schema: wrapped, path } of places) {
    const own = unwrapSchema(wrapped);
    if (path.length > MAX_DEPTH) {
      return problem(path.slice(0, 1), `must not be nested deeper than ${MAX_DEPTH} levels`);
    }
    if (typeof value === "string") {
      const max = (own instanceof z.ZodString && boundOf(own)) || MAX_TEXT;
      if (value.length > max) return problem(path, tooLong(max));
      characters += value.length;
    }
    const parts = listParts(value, own);
    if (typeof parts === "number") return problem(path, tooMany(parts));
    if (places.length + parts.length > MAX_VALUES) {
      return problem(path, `is too much: all arguments together may hold at most ${MAX_VALUES} values`);
    }
    for (const part of parts) {
      const at = [...path, part];
      if (typeof part === "string") {
        if (part.length > MAX_KEY) return problem(at, `the key ${tooLong(MAX_KEY)}`);
        // Zod leaves it out of a map; in an object of known fields it says so itself.
        if (part === "__proto__" && !(own instanceof z.ZodObject)) {
          return problem(at, "is a key that no map may have");
        }
        characters += part.length;
      }
      const next = (value as Record<string | number, unknown>)[part];
      places.push({ value: next, schema: schemaAt(own, part), path: at });
    }
    if (characters > MAX_TOTAL_TEXT) {
      return problem(
        path,
        `is too much: all arguments together may have at most ${MAX_TOTAL_TEXT} characters`,
      );
    }
  }
  return undefined;
}

/** Indexes or keys of what a value holds, or the bound where it holds more. */
function listParts(value: unknown, schema: z.ZodTypeAny | undefined): readonly (string | number)[] | number {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    const max = (schema instanceof z.ZodArray && boundOf(schema)) || MAX_VALUES;
    return value.length > max ? max : [...value.keys()];
  }
  const max = (schema instanceof z.ZodRecord && boundOf(schema)) || MAX_KEYS;
  const keys: string[] = [];
  // Not Object.keys, whose array alone would be as large as the map.
  for (const key in value) if (keys.push(key) > max) return max;
  return keys;
}

function problem(path: readonly (string | number)[], message: string): z.ZodIssue {
  return { code: "custom", path: [...path], message };
}
