import type { TypeSpec } from "./spec.ts";

/** Contains nothing with which a title could pass for a value or for another line. */
const PLAIN_TITLE = /^[\p{L}\p{N}][\p{L}\p{N} ()/&,'-]{0,79}$/u;

/** The tenant's own titles of a type's fields, by key; none that could mislead, or that would also fit another field. */
export function listTitles({ fields }: Pick<TypeSpec, "fields">): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const { key, label = key } of fields)
    for (const name of new Set([fold(key), fold(label)])) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map(
    fields.flatMap(({ key, label }) =>
      label !== undefined && PLAIN_TITLE.test(label) && uses.get(fold(label)) === 1 ? [[key, label]] : [],
    ),
  );
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
