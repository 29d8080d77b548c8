import type { Connector } from "../../c1/port.ts";
import { Failure } from "../../errors.ts";
import { isObject } from "../../json.ts";
import { cleanText } from "../../text.ts";
import { GROUP_KEY, type GroupSpec, type TypeSpec } from "./spec.ts";

const MAX_NAMED = 20;

/** A new config in two parts: what to set, and what to leave unset on purpose. */
export interface Whole {
  readonly set: Readonly<Record<string, unknown>>;
  /** Fields that were given as null. */
  readonly unset: readonly string[];
}

/** In a config that replaces another one, null says that a field is not set. */
export function splitUnset(config: Readonly<Record<string, unknown>>): Whole {
  const entries = Object.entries(config);
  return {
    set: Object.fromEntries(entries.filter(([, value]) => value !== null)),
    unset: entries.flatMap(([key, value]) => (value === null ? [key] : [])),
  };
}

/** The current value of a field, for what is said of one that the new config lacks. */
export function formatNow(value: string): string {
  return `now ${JSON.stringify(cleanText(value, 60))}`;
}

/**
 * Throws unless a new config mentions every field that the current one has or may have. What C1 does with omitted fields is not
 * published, and a secret cannot be read back, so none is guessed.
 * @param group the login method that the new config chose.
 */
export function requireWhole(
  { set, unset }: Whole,
  spec: TypeSpec,
  group: GroupSpec | undefined,
  { configShown, configUpdatedAt }: Connector,
): void {
  if (configUpdatedAt === undefined && configShown === undefined) return;
  const envelope = isObject(set.configuration) ? set.configuration : set;
  const mentioned = new Set([...Object.keys(envelope), ...unset]);
  // Chosen by the given keys, and the same as now: nothing is omitted.
  if (group && configShown?.get(GROUP_KEY) === group.name) mentioned.add(GROUP_KEY);
  const isOfGroup = (key: string) => {
    const field = spec.fields.find((one) => one.key === key);
    return !field || field.groups.length === 0 || !group || field.groups.includes(group.name);
  };
  const shown = [...(configShown ?? [])].map(([key, value]) => ({
    key,
    now: formatNow(value),
  }));
  // Fields that C1 does not show may be set: secrets, or every field if it shows nothing.
  const hidden = spec.fields
    .filter(
      ({ key, kind, secret }) => kind !== "other" && (secret || shown.length === 0) && !configShown?.has(key),
    )
    .map(({ key, secret }) => ({ key, now: secret ? "a secret, which cannot be read back" : "not shown" }));
  const forgotten = [...shown, ...hidden].filter(({ key }) => !mentioned.has(key) && isOfGroup(key));
  if (forgotten.length === 0) return;
  const lines = forgotten
    .slice(0, MAX_NAMED)
    .map(({ key, now }) => `- config.${cleanText(key, 80)}: is required; ${now}`);
  if (forgotten.length > MAX_NAMED) lines.push(`- and ${forgotten.length - MAX_NAMED} more`);
  throw new Failure("invalid_arguments", `An update takes the whole config:\n${lines.join("\n")}\n`, {
    next: "Give each a value, or null where it is not set, and call again.",
  });
}
