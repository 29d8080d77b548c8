import type { Json, JsonObject } from "../../c1/port.ts";
import { isObject } from "../../is-object.ts";
import { quote } from "../quote.ts";
import { MASK } from "./mask.ts";

/**
 * What a new config changes, field by field, for a person: old and new values, secrets by the names that they are read from.
 * @param readable the new config in the form of `BuiltConfig`.
 * @param shown what C1 shows of the current one.
 */
export function listChanges(
  readable: JsonObject,
  shown: ReadonlyMap<string, string> | undefined,
  unset: readonly string[],
): string[] {
  const set = isObject(readable.configuration) ? (readable.configuration as JsonObject) : {};
  return [
    ...Object.entries(set).flatMap(([key, value]) => describeChange(key, shown?.get(key), value)),
    ...unset.flatMap((key) => (shown?.has(key) ? describeChange(key, shown.get(key), null) : [])),
  ];
}

function describeChange(key: string, before: string | undefined, after: Json): string[] {
  // Two values of which a part is masked may differ.
  if (before !== undefined && before === after && !before.includes(MASK)) return [];
  const name = quote(key).slice(1, -1);
  return [before === undefined ? `${name}: ${show(after)}` : `${name}: ${show(before)} -> ${show(after)}`];
}

function show(value: Json): string {
  if (value === null) return "unset";
  return typeof value === "string" ? quote(value) : JSON.stringify(value);
}
