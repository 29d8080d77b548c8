import type { ConnectorType } from "./table.ts";

/** C1 republishes a changed connector under a slug with a version: `okta`, then `okta_v2`. */
const VERSION = /[_ ]v(\d+)$/i;

/** C1's own type for trying things out; shown only when it is asked for by its exact slug. */
export const TEST_SLUG = "github_v_2_test";

export function familyOf({ slug }: ConnectorType): string {
  return slug.replace(VERSION, "");
}

export function versionOf({ slug }: ConnectorType): number {
  return Number(VERSION.exec(slug)?.[1] ?? 1);
}

/** The name without its version. */
export function familyName({ name }: ConnectorType): string {
  return name.replace(VERSION, "");
}

/** The types that another one of the list is an older version of: "okta_v2 (of okta)". */
export function listNewer(types: readonly ConnectorType[]): string[] {
  return types.flatMap((type) => {
    const family = types.filter((other) => !other.retired && familyOf(other) === familyOf(type));
    const isNewest = family.every((other) => versionOf(other) <= versionOf(type));
    const older = family.filter((other) => other !== type).map(({ slug }) => slug);
    return isNewest && !type.retired && older.length > 0 ? [`${type.slug} (of ${older.join(", ")})`] : [];
  });
}

/** Sorts retired types last, then by family, newest version first. */
export function newestFirst(a: ConnectorType, b: ConnectorType): number {
  const [left, right] = [familyOf(a), familyOf(b)];
  return (
    Number(a.retired) - Number(b.retired) ||
    (left < right ? -1 : Number(left > right)) ||
    versionOf(b) - versionOf(a)
  );
}
