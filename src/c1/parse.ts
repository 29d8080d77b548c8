import { z } from "zod/v3";
import { isObject } from "../is-object.ts";
import { ID, type Page, type PageRequest } from "./port.ts";

export type Fields = Record<string, unknown>;

/**
 * A field that `read` reads leniently: C1 omits, nulls or blanks what is not set, a reader must not care which, and a wrong
 * type counts as not set, too. Not zod's `transform` or `catch`: they make a getter or an error for each value, and
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

/** A number or a yes or no, where unset must be told from zero and no. */
export const amount = new Lenient((value) => (typeof value === "number" ? value : undefined));
export const choice = new Lenient((value) => (typeof value === "boolean" ? value : undefined));

/** A map of texts; undefined without an entry. */
export const textMap = new Lenient((value) => {
  const entries = isObject(value) ? Object.entries(value).filter(([, item]) => typeof item === "string") : [];
  return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, string>) : undefined;
});

export const texts = new Lenient((value) => toArray(value).filter(isText));

export const objects = new Lenient((value) => toArray(value).filter(isObject));

/** An object that may be missing. */
export function part<Schema extends z.AnyZodObject>(schema: Schema) {
  return new Lenient((value): z.infer<Schema> | undefined =>
    isObject(value) ? schema.safeParse(value).data : undefined,
  );
}

/** The JSON object in a text, or undefined if it holds none. */
export function parseObject(body: string): Fields | undefined {
  // Throwing costs as much as parsing a large answer.
  if (body === "") return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An id in C1's form; anything else names no object. */
export const objectId = z.string().regex(ID);

/** Longer than any token of C1's; it would have to be kept, and shown in a cursor. */
const MAX_TOKEN_LENGTH = 4_096;

/** C1 gives a hundred rows a page, and sometimes a few more than asked for; a million would keep everybody waiting. */
const MAX_ROWS_OF_PAGE = 1_000;

/**
 * A page of rows. A row that `read` cannot read (one without an id, say) is counted as unread, because nobody may take the
 * list for complete without it; so are a list that is not an array and a page token too long to be one.
 */
export function readPage<T>(answer: Fields, read: (row: Fields) => T | undefined): Page<T> {
  const { list, nextPageToken: token } = answer;
  const rows = listRows(list);
  const items = rows.slice(0, MAX_ROWS_OF_PAGE).flatMap((row) => (isObject(row) ? (read(row) ?? []) : []));
  const next = isText(token) && token.length <= MAX_TOKEN_LENGTH ? token : undefined;
  const unread = rows.length - items.length + (next === undefined && !isUnset(token) ? 1 : 0);
  return {
    items,
    ...(next !== undefined && { nextPageToken: next }),
    ...(unread > 0 && { unread }),
  };
}

function listRows(list: unknown): readonly unknown[] {
  if (isUnset(list)) return [];
  return Array.isArray(list) ? list : [list];
}

/** C1 leaves out, nulls or blanks what is not set. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Reads a bare record, without the keys that are not set. */
export function readRecord<Schema extends z.AnyZodObject>(
  schema: Schema,
): (row: unknown) => Given<z.infer<Schema>> | undefined {
  return (row) => {
    const record = schema.safeParse(row).data as z.infer<Schema> | undefined;
    return record && dropUndefined(record);
  };
}

/** Longer than any write may take, in milliseconds: what is older was not made by it. */
const MAX_AGE_MS = 600_000;

/** Whether something that an answer shows as new is old, by the tenant's own clock. */
export function isOld(createdAt: string | undefined, date: number | undefined): boolean {
  return date !== undefined && Date.parse(createdAt ?? "") < date - MAX_AGE_MS;
}

/** Whether a field of an answer contradicts what was asked for; one that is not set contradicts nothing. */
export function differs(shown: string | undefined, asked: string): boolean {
  return shown !== undefined && shown !== asked;
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
