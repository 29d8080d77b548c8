import { SECRET_NAME } from "../../config/secret-names.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { MASK } from "../../log/redact.ts";
import type { Change } from "../question-lines.ts";
import { quote } from "../quote.ts";
import { isPlainField, maskTokens } from "./plain.ts";
import { TO_BE_TYPED } from "./readable.ts";
import { GROUP_KEY, type TypeSpec } from "./spec.ts";

/** Prepares a field's text for whoever reads the changes. */
type Show = (key: string, text: string) => string;

/** For a dry run, which an assistant reads: no more of the old values than it shows of the new ones. */
export const showToCallers =
  (spec: TypeSpec): Show =>
  (key, text) => {
    if (key === GROUP_KEY || text === TO_BE_TYPED) return text;
    return isPlainField(key, spec) ? maskTokens(text) : MASK;
  };

/**
 * What a new config changes, field by field, for a person: old and new values, secrets by the names that they are read from.
 * @param readable the new config in the form of `BuiltConfig`.
 * @param shown what C1 shows of the current one.
 * @param prepare default: shows them as they are given.
 */
export function listChanges(
  readable: JsonObject,
  shown: ReadonlyMap<string, string> | undefined,
  unset: readonly string[],
  prepare: Show = (_key, text) => text,
): Change[] {
  const set = isObject(readable.configuration) ? (readable.configuration as JsonObject) : {};
  return [
    ...Object.entries(set).flatMap(([key, value]) => describeChange(key, shown?.get(key), value, prepare)),
    ...unset.flatMap((key) => (shown?.has(key) ? describeChange(key, shown.get(key), null, prepare) : [])),
  ];
}

function describeChange(key: string, before: string | undefined, after: Json, prepare: Show): Change[] {
  // Two values of which a part is masked may differ.
  if (before !== undefined && before === after && !before.includes(MASK)) return [];
  const show = (value: Json) => showValue(value, (text) => prepare(key, text));
  const value = before === undefined ? show(after) : `${show(before)} -> ${show(after)}`;
  return [{ key: quote(key).slice(1, -1), value }];
}

function showValue(value: Json, prepare: (text: string) => string): string {
  if (value === null) return "unset";
  if (typeof value === "string") return quote(prepare(value));
  return JSON.stringify(value, (at, item) => {
    const isName = at === "secretRef" && SECRET_NAME.test(String(item));
    return typeof item === "string" && !isName ? prepare(item) : item;
  });
}
