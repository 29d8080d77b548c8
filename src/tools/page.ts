import { createHash } from "node:crypto";
import { z } from "zod/v3";
import type { Page, PageRequest } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { describeUnread } from "./read-all.ts";

const DEFAULT_LIMIT = 10;

/** Bytes of JSON that the rows of one page may take, for each row asked for: ten rows stay under 2 KB. */
const BYTES_PER_ROW = 190;

/**
 * Where the next page starts: C1's own token of the page we are in, the size that page was asked for, and how many of its
 * rows were shown already. Asked for with another size it would be another page.
 */
const cursorSchema = z
  .object({
    q: z.string(),
    t: z.string().optional(),
    n: z.number().int().min(1).max(100).optional(),
    s: z.number().int().min(0),
  })
  .strict();

export interface Rows<Row> {
  readonly items: Row[];
  readonly nextCursor?: string;
  readonly more?: string;
}

/**
 * One small page of a list. C1's pages may be longer or shorter than asked, so the cursor remembers the place inside
 * one of them; a short page is never taken for the last.
 * @param query what is listed; a cursor is good for the same query only.
 */
export async function listRows<Item, Row>(options: {
  readonly query: unknown;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly fetch: (page: PageRequest) => Promise<Page<Item>>;
  /** Undefined passes an item over. */
  readonly toRow: (item: Item) => Row | undefined;
  /** What to say when there is more than the page shows. */
  readonly narrow: string;
}): Promise<Rows<Row>> {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const digest = createHash("sha256").update(JSON.stringify(options.query)).digest("base64url").slice(0, 8);
  const start = options.cursor === undefined ? undefined : readCursor(options.cursor, digest);
  const pageSize = start?.n ?? limit;
  const page = await options.fetch({
    pageSize,
    ...(start?.t !== undefined && { pageToken: start.t }),
  });
  const from = start?.s ?? 0;
  const items: Row[] = [];
  let bytes = 0;
  let shown = from;
  for (const item of page.items.slice(from)) {
    const row = options.toRow(item);
    if (row !== undefined) {
      bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
      if (items.length === limit || (bytes > limit * BYTES_PER_ROW && items.length > 0)) break;
      items.push(row);
    }
    shown += 1;
  }
  const notes = page.unread === undefined ? [] : [`${describeUnread(page.unread)}.`];
  const token = start?.t;
  const next = page.nextPageToken;
  let place: object | undefined;
  if (shown < page.items.length) place = { ...(token !== undefined && { t: token }), n: pageSize, s: shown };
  // To follow a token that came back would show the same rows for ever.
  else if (next !== undefined && next === token)
    notes.push("C1 gave the same page token twice: rows may be missing.");
  else if (next !== undefined) place = { t: next, s: 0 };
  if (place !== undefined) notes.push(options.narrow);
  return {
    items,
    ...(place && { nextCursor: Buffer.from(JSON.stringify({ q: digest, ...place })).toString("base64url") }),
    ...(notes.length > 0 && { more: notes.join(" ") }),
  };
}

function readCursor(cursor: string, digest: string): z.infer<typeof cursorSchema> {
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
