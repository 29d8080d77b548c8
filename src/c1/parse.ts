import { z } from "zod/v3";
import type { Page, PageRequest } from "./port.ts";

export type Fields = Record<string, unknown>;

/**
 * C1 leaves out, nulls or blanks what is not set; a reader must not care which. Wrong types count as not set too. A
 * transform, because `catch` would make an error, which is dear, for each blank field of each row.
 */
export const text = z
  .unknown()
  .transform((value) => (typeof value === "string" && value !== "" ? value : undefined));

export const texts = z
  .array(z.unknown())
  .catch([])
  .transform((items) => items.filter((item): item is string => typeof item === "string" && item !== ""));

export const objects = z
  .array(z.unknown())
  .catch([])
  .transform((items) => items.filter(isObject));

/** An object that may be missing. */
export function part<Schema extends z.ZodTypeAny>(schema: Schema) {
  return schema.optional().catch(undefined);
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
