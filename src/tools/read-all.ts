import type { Page, PageRequest } from "../c1/port.ts";
import { type Clock, readSteady } from "../clock.ts";
import { Failure } from "../errors.ts";
import { formatCount } from "../text.ts";

/** C1 refuses more than 100 rows per page. */
const PAGE_SIZE = 100;

/** More than any number of apps with one name, or of connectors in one app. */
const MAX_ROWS = 10_000;

/** C1's pages may be short: even with ten rows each, this reaches as far. */
const MAX_PAGES = 1_000;

/** The share of the remaining time that one list may take; the rest is for the purpose of reading it. */
const TIME_SHARE = 0.5;

/**
 * Whether C1 does not let a list be read, for a reason that says nothing about what is in it. An answer of status 200 that cannot
 * be read is none: the list behind it may well be readable.
 */
export function isRefusal({ code, status }: Failure): boolean {
  if (code === "forbidden" || code === "not_found" || code === "rejected") return true;
  // There is no such operation.
  return code === "unavailable" && status === 501;
}

/** What was read of a list. */
export interface Reading<T> {
  readonly items: readonly T[];
  /** Why rows may be missing, in words for a sentence; absent if the list was read to its end. */
  readonly gap?: string;
}

/** Reads a list to its end, or as far as possible, and reports which: a part must never pass for the whole. */
export async function readAll<T>(
  fetchPage: (page: PageRequest) => Promise<Page<T>>,
  { clock, deadline }: { readonly clock: Clock; readonly deadline: number },
): Promise<Reading<T>> {
  const items: T[] = [];
  const seen = new Set<string>();
  const now = readSteady(clock);
  const until = now + (deadline - now) * TIME_SHARE;
  let unread = 0;
  let pageToken: string | undefined;
  for (;;) {
    const page = await fetchOrGap();
    if (typeof page === "string") return { items, gap: page };
    for (const item of page.items) items.push(item);
    unread += page.unread ?? 0;
    pageToken = page.nextPageToken;
    const gap = pageToken === undefined ? undefined : findGap(pageToken);
    if (gap !== undefined) return { items, gap };
    if (pageToken === undefined) return unread > 0 ? { items, gap: describeUnread(unread) } : { items };
    seen.add(pageToken);
  }

  /** A later page that C1 refuses is a gap: the list can be read, but not to its end. */
  async function fetchOrGap(): Promise<Page<T> | string> {
    if (pageToken === undefined) return fetchPage({ pageSize: PAGE_SIZE });
    return fetchPage({ pageSize: PAGE_SIZE, pageToken }).catch((error: unknown) => {
      if (!(error instanceof Failure) || !isRefusal(error)) throw error;
      return `C1 refused its next page (${error.code})`;
    });
  }

  /** Why the next page is not read. */
  function findGap(token: string): string | undefined {
    if (seen.has(token)) return "C1 gave the same page token twice";
    if (items.length >= MAX_ROWS || seen.size >= MAX_PAGES)
      return `it has more than ${formatCount(items.length, "row")}`;
    return readSteady(clock) >= until ? "reading it took too long" : undefined;
  }
}

/** Removes duplicates: C1 can show the same object on two pages. */
export function uniteById<T extends { readonly id: string }>({ items, gap }: Reading<T>): Reading<T> {
  const byId = new Map(items.map((item) => [item.id, item] as const));
  return { items: [...byId.values()], ...(gap !== undefined && { gap }) };
}

/** Adds a gap if rows do not show the property by which they would be judged. */
export function requireShown<T>({ items, gap }: Reading<T>, isShown: (item: T) => boolean): Reading<T> {
  const blank = items.filter((item) => !isShown(item)).length;
  return gap === undefined && blank > 0
    ? { items, gap: describeUnread(blank) }
    : { items, ...(gap !== undefined && { gap }) };
}

/** @param count rows of a list that have no id, are blank, or describe something else. */
export function describeUnread(count: number): string {
  return `${formatCount(count, "row")} could not be read`;
}
