import type { Json, JsonObject } from "../../c1/port.ts";
import { SECRET_NAME } from "../../config/secret-store.ts";
import { isObject } from "./encode.ts";
import { GROUP_KEY } from "./spec.ts";

export const MASK = "***";

/** A prepared body as people may see it: with the masked config in place of the real one. */
export function maskBody(body: JsonObject, shown: JsonObject): JsonObject {
  return "config" in body ? { ...body, config: shown } : body;
}

/** A message of a type that is not ours: its form stays, its values go. */
export function maskValues(message: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [key, key === "@type" ? value : maskValue(value)]),
  );
}

function maskValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(maskValue);
  return typeof value === "object" && value !== null ? maskValues(value) : MASK;
}

/** Far more than any type takes. Beyond it, hiding the values and walking through them would cost minutes. */
const MAX_VALUES = 1_000;
const MAX_DEPTH = 20;

/** Whether a config is of a size that can be handled. Without recursion: it may be nested a million times. */
export function isOfSize(config: unknown): boolean {
  let level = [config];
  let count = 0;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    count += level.length;
    if (count > MAX_VALUES) return false;
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  return level.length === 0;
}

/**
 * Every text inside a config, numbers as the text they are sent as: none of them may appear in any output. Left out is
 * what is a name of ours or C1's and no value, and the words true and false.
 */
export function configTexts(value: unknown): string[] {
  if (typeof value === "number") return [String(value)];
  if (typeof value === "string") return value === "true" || value === "false" ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(configTexts);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => (isName(key, item) ? [] : configTexts(item)));
}

function isName(key: string, item: unknown): boolean {
  if (key === "secretRef") return typeof item === "string" && SECRET_NAME.test(item);
  return key === "@type" || key === GROUP_KEY;
}
