import { z } from "zod/v3";
import { isObject } from "../json.ts";
import { ID, type Page, type PageRequest } from "./port.ts";

export type Fields = Record<string, unknown>;

/**
 * A field that `read` reads leniently: C1 omits, nulls or blanks unset fields, and readers must not care which; a value of the
 * wrong type also counts as unset. Not zod's `transform` or `catch`: they create a getter or an error per value, and V8 retains
 * what the getter of a single object holds until a full garbage collection.
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

/** int64 values arrive as text. */
export const count = new Lenient((value) => Number(value) || 0);

export const text = new Lenient((value) => (isText(value) ? value : undefined));

const toArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const values = new Lenient(toArray);

/** A number or boolean that must be distinguishable from zero and false when it is unset. */
export const amount = new Lenient((value) => (typeof value === "number" ? value : undefined));
export const optionalFlag = new Lenient((value) => (typeof value === "boolean" ? value : undefined));

/** A map of strings; undefined if it has no entry. */
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
  // A thrown error would cost as much as parsing a large response.
  if (body === "") return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An id in C1's form; anything else does not name an object. */
export const objectId = z.string().regex(ID);

/** Longer than any token of C1. A token has to be kept, and shown in a cursor. */
const MAX_TOKEN_LENGTH = 4_096;

/** C1 returns a hundred rows per page, sometimes a few more than requested. A million would block the process. */
const MAX_ROWS_OF_PAGE = 1_000;

/**
 * Reads a page of rows. Rows that `read` cannot read (without an id, for example) are counted as unread, because the list is not
 * complete without them. So is a list that is not an array, or a page token of implausible length.
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

/** C1 omits, nulls or blanks unset fields. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Reads a bare record, without its unset keys. */
export function readRecord<Schema extends z.AnyZodObject>(
  schema: Schema,
): (row: unknown) => Given<z.infer<Schema>> | undefined {
  return (row) => {
    const record = schema.safeParse(row).data as z.infer<Schema> | undefined;
    return record && dropUndefined(record);
  };
}

/** Longer than any write may take, in milliseconds: an object older than this was not created by it. */
const MAX_AGE_MS = 600_000;

/** Whether an object that a response presents as new is old, by the tenant's own clock. */
export function isOld(createdAt: string | undefined, date: number | undefined): boolean {
  return date !== undefined && Date.parse(createdAt ?? "") < date - MAX_AGE_MS;
}

/** Whether a field of a response contradicts the request; an unset field contradicts nothing. */
export function differs(shown: string | undefined, asked: string): boolean {
  return shown !== undefined && shown !== asked;
}

/** Paging parameters by the names that GET requests use; search bodies have others. */
export function pageQuery({ pageSize, pageToken }: PageRequest): Record<string, string | number> {
  return dropUndefined({ page_size: pageSize, page_token: pageToken }) as Record<string, string | number>;
}

type Given<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Omits the keys whose value is undefined. */
export function dropUndefined<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Given<T>;
}
