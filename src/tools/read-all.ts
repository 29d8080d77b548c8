import { iteratePages, type Page, type PageRequest } from "../c1/port.ts";

/** C1 refuses more than 100 rows a page. */
const PAGE_SIZE = 100;

/** Enough for every app or connector that shares a name; a list that is longer cannot be decided by name. */
const CAPS = { maxPages: 10, maxItems: 1_000 };

/** A list up to the caps; `more` when that left something out, so that nobody takes the part for the whole. */
export async function readAll<T>(
  fetchPage: (page: PageRequest) => Promise<Page<T>>,
): Promise<{ items: T[]; more: boolean }> {
  const all: T[] = [];
  let rest = false;
  const pages = iteratePages(
    (pageToken) => fetchPage({ pageSize: PAGE_SIZE, ...(pageToken !== undefined && { pageToken }) }),
    CAPS,
  );
  for await (const { items, more } of pages) {
    all.push(...items);
    rest = more;
  }
  return { items: all, more: rest };
}
