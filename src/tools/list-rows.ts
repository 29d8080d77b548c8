import { createHash } from "node:crypto";
import { z } from "zod/v3";
import type { Page, PageRequest } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { describeUnread } from "./read-all.ts";

const DEFAULT_LIMIT = 10;

/** The page that a probe asks for. */
export const PROBE_PAGE = { pageSize: 10 };

/** Bytes of JSON that a page may use per requested row: ten rows stay below 2 KB. */
const BYTES_PER_ROW = 190;

/**
 * The start of the next page: C1's own token of the current page, the page size of that request, and how many of its rows were
 * already shown. With another size it would be another page.
 */
const cursorSchema = z
  .object({
    q: z.string(),
    t: z.string().optional(),
    n: z.number().int().min(1).max(100).optional(),
    s: z.number().int().min(0),
  })
  .strict();

type Place = Omit<z.infer<typeof cursorSchema>, "q">;

export interface Rows<Row> {
  readonly items: Row[];
  readonly nextCursor?: string;
  readonly more?: string;
}

interface List<Item, Row> {
  readonly query: unknown;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly fetch: (page: PageRequest) => Promise<Page<Item>>;
  /** Undefined skips an item. */
  readonly toRow: (item: Item) => Row | undefined;
  /** What to say if there is nothing at all. */
  readonly none: string;
  /** What to say if there is more than the page shows. */
  readonly narrow: string;
  /** What to say about a whole list in which nothing is what was looked for. */
  readonly unlike?: { readonly isMeant: (item: Item) => boolean; readonly note: string } | undefined;
}

/**
 * One small page of a list. C1's pages may be longer or shorter than requested, so the cursor remembers the position inside one
 * of them; a short page is never mistaken for the last one.
 * @param query what is listed; a cursor is valid for the same query only.
 */
export async function listRows<Item, Row>(options: List<Item, Row>): Promise<Rows<Row>> {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const start: Place =
    options.cursor === undefined ? { s: 0 } : readCursor(options.cursor, digestOf(options.query));
  const pageSize = start.n ?? limit;
  const page = await options.fetch({ pageSize, ...(start.t !== undefined && { pageToken: start.t }) });
  const { items, passed } = takeRows(page.items.slice(start.s), limit, options.toRow);
  const here = { ...(start.t !== undefined && { t: start.t }), n: pageSize, s: start.s + passed };
  const { place, note } = findNext(page, here, options.narrow);
  const unread = page.unread === undefined ? [] : [`${describeUnread(page.unread)}.`];
  const isWhole = options.cursor === undefined && page.unread === undefined && !place;
  const about = isWhole ? describeWhole(page.items, options) : undefined;
  const notes = [...unread, ...[note, about].filter((text) => text !== undefined)];
  return {
    items,
    ...(place && { nextCursor: writeCursor({ q: digestOf(options.query), ...place }) }),
    ...(notes.length > 0 && { more: notes.join(" ") }),
  };
}

/** What to say about a list that is shown to its end: that there is nothing, or nothing that was meant. */
function describeWhole<Item>(
  items: readonly Item[],
  { toRow, none, unlike }: List<Item, unknown>,
): string | undefined {
  const shown = items.filter((item) => toRow(item) !== undefined);
  if (shown.length === 0) return none;
  return unlike && !shown.some(unlike.isMeant) ? unlike.note : undefined;
}

/** The rows that fit on a page, and how many items they used up. */
function takeRows<Item, Row>(
  rest: readonly Item[],
  limit: number,
  toRow: (item: Item) => Row | undefined,
): { readonly items: Row[]; readonly passed: number } {
  const items: Row[] = [];
  let bytes = 0;
  let passed = 0;
  for (const item of rest) {
    const row = toRow(item);
    if (row !== undefined) {
      bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
      if (items.length === limit || (bytes > limit * BYTES_PER_ROW && items.length > 0)) break;
      items.push(row);
    }
    passed += 1;
  }
  return { items, passed };
}

/** The start of the next page, if there is one, and what to say about it. */
function findNext(
  { items, nextPageToken }: Page<unknown>,
  here: Place,
  narrow: string,
): { readonly place?: Place; readonly note?: string } {
  if (here.s < items.length) return { place: here, note: narrow };
  if (nextPageToken === undefined) return {};
  // Following a token that was seen before would repeat the same rows forever.
  if (nextPageToken === here.t) return { note: "C1 gave the same page token twice: rows may be missing." };
  return { place: { t: nextPageToken, s: 0 }, note: narrow };
}

function digestOf(query: unknown): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("base64url").slice(0, 8);
}

function writeCursor(cursor: z.infer<typeof cursorSchema>): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function readCursor(cursor: string, digest: string): Place {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    value = undefined;
  }
  const parsed = cursorSchema.safeParse(value);
  if (parsed.success && parsed.data.q === digest) return parsed.data;
  throw new Failure("invalid_arguments", "cursor: is not one that this tool gave for these arguments.", {
    next: "Call again without it to start over.",
  });
}
