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

/** Indexes of a list, or keys of a map. */
type Parts = readonly (string | number)[];

/** A value in the arguments, and where it is. */
interface Place {
  readonly value: unknown;
  /** Without its wrappers. */
  readonly schema: z.ZodTypeAny | undefined;
  readonly path: Parts;
}

/**
 * Finds the first part of the arguments that is too large to check, or that zod would silently drop. Zod creates an issue for
 * each of a million wrong values before it counts them, so sizes are checked first. Never keeps more than `MAX_VALUES` places,
 * however large or deep the arguments are.
 */
export function findExcess(args: unknown, schema: z.ZodTypeAny): z.ZodIssue | undefined {
  const places: Place[] = [{ value: args, schema: unwrapSchema(schema), path: [] }];
  let characters = 0;
  // The list grows while it is iterated: breadth first.
  for (const place of places) {
    const { value, schema: own, path } = place;
    if (path.length > MAX_DEPTH) {
      return problem(path.slice(0, 1), `must not be nested deeper than ${MAX_DEPTH} levels`);
    }
    const parts = listParts(value, own);
    if (typeof parts === "number") return problem(path, tooMany(parts));
    if (places.length + parts.length > MAX_VALUES) {
      return problem(path, `is too much: all arguments together may hold at most ${MAX_VALUES} values`);
    }
    const found = judgeText(place) ?? judgeKeys(place, parts);
    if (found) return found;
    characters += countCharacters(value, parts);
    if (characters > MAX_TOTAL_TEXT) {
      return problem(
        path,
        `is too much: all arguments together may have at most ${MAX_TOTAL_TEXT} characters`,
      );
    }
    for (const part of parts) {
      const next = (value as Record<string | number, unknown>)[part];
      places.push({ value: next, schema: unwrapSchema(schemaAt(own, part)), path: [...path, part] });
    }
  }
  return undefined;
}

function judgeText({ value, schema, path }: Place): z.ZodIssue | undefined {
  if (typeof value !== "string") return undefined;
  const max = (schema instanceof z.ZodString && boundOf(schema)) || MAX_TEXT;
  return value.length > max ? problem(path, tooLong(max)) : undefined;
}

function judgeKeys({ schema, path }: Place, parts: Parts): z.ZodIssue | undefined {
  for (const part of parts) {
    if (typeof part !== "string") continue;
    if (part.length > MAX_KEY) return problem([...path, part], `the key ${tooLong(MAX_KEY)}`);
    // Zod drops this key from a map; in an object with known fields it reports the key itself.
    if (part === "__proto__" && !(schema instanceof z.ZodObject)) {
      return problem([...path, part], "is a key that no map may have");
    }
  }
  return undefined;
}

/** Characters of a text, or of the keys of a map. */
function countCharacters(value: unknown, parts: Parts): number {
  let count = typeof value === "string" ? value.length : 0;
  for (const part of parts) if (typeof part === "string") count += part.length;
  return count;
}

/** Indexes or keys of a value, or the bound if the value exceeds it. */
function listParts(value: unknown, schema: z.ZodTypeAny | undefined): Parts | number {
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

function problem(path: Parts, message: string): z.ZodIssue {
  return { code: "custom", path: [...path], message };
}
