import type { ConnectorType } from "./table.ts";

/** C1 publishes a connector anew under a slug with a version: `okta`, then `okta_v2`. */
const VERSION = /[_ ]v(\d+)$/i;

/** A type of C1's own for trying things out; shown only to those who ask for exactly it. */
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

/** Retired ones last, then by family, its newest first. */
export function newestFirst(a: ConnectorType, b: ConnectorType): number {
  const [left, right] = [familyOf(a), familyOf(b)];
  return (
    Number(a.retired) - Number(b.retired) ||
    (left < right ? -1 : Number(left > right)) ||
    versionOf(b) - versionOf(a)
  );
}
