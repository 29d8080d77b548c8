import type { TypeSpec } from "./spec.ts";

/** What people read in place of the names in a config. */
export interface Titles {
  /** Of fields, by key. */
  readonly fields: ReadonlyMap<string, string>;
  /** Of the ways to log in, by the group's name: all of them, those without a title under their names. */
  readonly groups: ReadonlyMap<string, string>;
}

export const NO_TITLES: Titles = { fields: new Map(), groups: new Map() };

/** Contains nothing with which a title could pass for a value or for another line. */
const PLAIN_TITLE = /^[\p{L}\p{N}][\p{L}\p{N} ()/&,'-]{0,79}$/u;

/** The tenant's own titles of a type's fields and groups. */
export function listTitles({ fields, groups }: Pick<TypeSpec, "fields" | "groups">): Titles {
  const ways = groups.map(({ name, label }) => ({ key: name, label }));
  return {
    fields: usable(fields),
    groups: new Map([...ways.map(({ key }) => [key, key] as const), ...usable(ways)]),
  };
}

/** None that could mislead, or that would also fit another. */
function usable(
  named: readonly { readonly key: string; readonly label?: string | undefined }[],
): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const { key, label = key } of named)
    for (const name of new Set([fold(key), fold(label)])) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map(
    named.flatMap(({ key, label }) =>
      label !== undefined && PLAIN_TITLE.test(label) && uses.get(fold(label)) === 1 ? [[key, label]] : [],
    ),
  );
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
