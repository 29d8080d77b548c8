import { cleanText } from "../../text.ts";
import { GROUP_KEY, type GroupSpec, type TypeSpec } from "./spec.ts";

/** The login method that a config uses: its group's name, or why it cannot be determined. */
export type GroupChoice =
  | { readonly group: GroupSpec | undefined }
  /** `key` is the field at fault. */
  | { readonly key: string; readonly problem: string };

/**
 * The named group, or the only one that contains all keys. If several do, the caller must name one: C1's default says nothing
 * about what the caller wants.
 */
export function chooseGroup({ groups }: TypeSpec, keys: readonly string[], asked: unknown): GroupChoice {
  if (asked !== undefined) {
    const group = groups.find(({ name }) => name === asked);
    return group ? { group } : { key: GROUP_KEY, problem: `must be one of these: ${listGroups(groups)}` };
  }
  if (groups.length === 0) return { group: undefined };
  const grouped = keys.filter((key) => groups.some((group) => group.keys.includes(key)));
  const fitting = groups.filter((group) => grouped.every((key) => group.keys.includes(key)));
  const [group] = fitting;
  if (group && fitting.length === 1) return { group };
  const problem = group
    ? `is needed, because the keys do not tell which way to log in is meant: ${listGroups(fitting)}`
    : `no way to log in takes all of these keys together; give the keys of one: ${listGroups(groups)}`;
  return { key: GROUP_KEY, problem };
}

function listGroups(groups: readonly GroupSpec[]): string {
  return groups
    .slice(0, 8)
    .map(({ name, isDefault, keys }) => {
      const shown = keys.slice(0, 20).map((key) => cleanText(key, 60));
      return `${cleanText(name, 80)}${isDefault ? " (C1's default)" : ""}: ${shown.join(", ")}`;
    })
    .join("; ");
}
