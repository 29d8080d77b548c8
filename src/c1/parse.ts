import { z } from "zod/v3";
import type { Page, PageRequest } from "./port.ts";

export type Fields = Record<string, unknown>;

/**
 * A field of which `read` makes the best: C1 leaves out, nulls or blanks what is not set, a reader must not care which, and
 * a wrong type counts as not set too. Not zod's `transform` or `catch`: they make a getter or an error for each value, and
 * V8 keeps what the getter of a single object holds until a full collection.
 */
class Lenient<T> extends z.ZodType<T, z.ZodTypeDef, unknown> {
  readonly #read: (value: unknown) => T;

  constructor(read: (value: unknown) => T) {
    super({});
    this.#read = read;
  }

  override _parse({ data }: z.ParseInput): z.ParseReturnType<T> {
    return z.OK(this.#read(data));
  }
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

export const flag = new Lenient((value) => value === true);

/** int64 arrives as text. */
export const count = new Lenient((value) => Number(value) || 0);

export const text = new Lenient((value) => (isText(value) ? value : undefined));

const toArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const values = new Lenient(toArray);

export const texts = new Lenient((value) => toArray(value).filter(isText));

export const objects = new Lenient((value) => toArray(value).filter(isObject));

/** An object that may be missing. */
export function part<Schema extends z.AnyZodObject>(schema: Schema) {
  return new Lenient((value): z.infer<Schema> | undefined =>
    isObject(value) ? schema.safeParse(value).data : undefined,
  );
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON object in a text, or undefined if it holds none. */
export function parseObject(body: string): Fields | undefined {
  // To throw costs as much as to parse a large answer.
  if (body === "") return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const pageSchema = z.object({ list: objects, nextPageToken: text });

/** A page of bare records; those that do not fit the schema (without an id, say) are passed over. */
export function readPage<Schema extends z.AnyZodObject>(
  answer: Fields,
  schema: Schema,
): Page<Given<z.infer<Schema>>> {
  const { list, nextPageToken } = pageSchema.parse(answer);
  const items = list.flatMap((row) => {
    const record = schema.safeParse(row).data as z.infer<Schema> | undefined;
    return record === undefined ? [] : [dropUndefined(record)];
  });
  return dropUndefined({ items, nextPageToken });
}

/** The names a GET has for the place in a list; a search body has others. */
export function pageQuery({ pageSize, pageToken }: PageRequest): Record<string, string | number> {
  return dropUndefined({ page_size: pageSize, page_token: pageToken }) as Record<string, string | number>;
}

type Given<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Leaves out the keys whose value is undefined. */
export function dropUndefined<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Given<T>;
}
