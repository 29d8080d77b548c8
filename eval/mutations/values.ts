import { type Args, setAt } from "../agent/path.ts";
import { slip } from "./keys.ts";
import { fieldsOf, type Ground, type Mutant, type Mutation } from "./mutation.ts";

/** Changes each value, including those in maps, for which `change` returns a mistake. */
function eachValue(
  kind: string,
  { args, tool }: Ground,
  change: (value: unknown, key: string) => readonly unknown[],
): Mutant[] {
  return Object.entries(args).flatMap(([key, value]) =>
    change(value, key).map((other) => ({ kind, tool: tool.name, args: setAt(args, key, other) })),
  );
}

export const writeAsJson: Mutation = (ground) =>
  eachValue("JSON text for an object", ground, (value) =>
    typeof value === "object" && value !== null ? [JSON.stringify(value)] : [],
  );

export const writeNumberAsText: Mutation = (ground) =>
  eachValue("number as text", ground, (value) => (typeof value === "number" ? [String(value)] : []));

export const writeBoolAsText: Mutation = (ground) =>
  eachValue("boolean as text", ground, (value) => (typeof value === "boolean" ? [String(value)] : []));

export const unwrapList: Mutation = (ground) =>
  eachValue("one value for a list", ground, (value) =>
    Array.isArray(value) && value.length === 1 && typeof value[0] === "string" ? [value[0]] : [],
  );

export const wrapInList: Mutation = (ground) =>
  eachValue("list for one value", ground, (value, key) =>
    typeof value === "string" && fieldsOf(ground.tool)[key]?.enum === undefined ? [[value]] : [],
  );

/** Gives a part of an enum value, another case, or a typing mistake. */
export const missEnum: Mutation = (ground) =>
  eachValue("near miss of an enum", ground, (value, key) => {
    const options = fieldsOf(ground.tool)[key]?.enum;
    if (typeof value !== "string" || options === undefined) return [];
    const [tail = ""] = value.split("_").slice(-1);
    const misses = [value.toUpperCase(), value.toLowerCase(), tail.toLowerCase(), slip(value, ground.random)];
    return [...new Set(misses)].filter((miss) => !options.includes(miss));
  });

/** Gives optional arguments with empty values. */
export const nameTheUnset: Mutation = ({ args, tool, random }) => {
  const unset = Object.keys(fieldsOf(tool)).filter((key) => !(key in args));
  return [null, ""].flatMap((nothing) => {
    const keys = random.sample(unset, nothing === null ? unset.length : 1);
    if (keys.length === 0) return [];
    const more: Args = Object.fromEntries(keys.map((key) => [key, nothing]));
    return [
      {
        kind: nothing === null ? "null for what is not set" : "empty text",
        tool: tool.name,
        args: { ...args, ...more },
      },
    ];
  });
};
