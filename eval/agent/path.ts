/** Arguments; rules copy them and do not modify them. */
export type Args = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** The value at a dotted path. Keys contain no dots. */
export function getAt(args: Args, path: string): unknown {
  return path.split(".").reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), args);
}

/** A copy of the arguments with another value at a path. */
export function setAt(args: Args, path: string, value: unknown): Args {
  const copy = structuredClone(args) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const holder = keys.reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), copy);
  if (isMap(holder)) holder[last] = value;
  return copy;
}

export function dropAt(args: Args, path: string): Args {
  const copy = structuredClone(args) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const holder = keys.reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), copy);
  if (isMap(holder)) delete holder[last];
  return copy;
}

/** All texts in the arguments. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return isMap(value) ? Object.values(value).flatMap(textsIn) : [];
}
