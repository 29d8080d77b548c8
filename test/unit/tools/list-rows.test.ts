import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Page, PageRequest } from "../../../src/c1/port.ts";
import { listRows } from "../../../src/tools/list-rows.ts";

interface Ask {
  query?: unknown;
  limit?: number | undefined;
  cursor?: string | undefined;
  size?: number;
}

/** A list behind an API that may change the requested page size. Its tokens are plain offsets. */
function createList(
  rows: readonly number[],
  sizeOf: (asked: number, offset: number) => number = (asked) => asked,
) {
  const fetch = vi.fn(async ({ pageSize = 10, pageToken }: PageRequest): Promise<Page<number>> => {
    const from = Number(pageToken ?? 0);
    const to = from + sizeOf(pageSize, from);
    return { items: rows.slice(from, to), ...(to < rows.length && { nextPageToken: String(to) }) };
  });
  const ask = ({ query = "q", limit, cursor, size = 1 }: Ask = {}) =>
    listRows({
      query,
      limit,
      cursor,
      fetch,
      toRow: (n) => ({ n, pad: "x".repeat(size) }),
      none: "nothing here",
      narrow: "narrow it",
    });
  return { fetch, ask };
}

const count = (length: number) => Array.from({ length }, (_, index) => index);

/** Follows the cursors to the end. */
async function readAll(
  ask: (options: Ask) => Promise<{ items: { n: number }[]; nextCursor?: string }>,
  options: () => Ask,
) {
  const seen: number[] = [];
  let cursor: string | undefined;
  for (let round = 0; round < 1_000; round += 1) {
    const page = await ask({ ...options(), cursor });
    seen.push(...page.items.map(({ n }) => n));
    cursor = page.nextCursor;
    if (cursor === undefined) return seen;
  }
  throw new Error("the list never ended");
}

describe("one page of a list", () => {
  it("shows ten rows by default, and says if there are more", async () => {
    const { ask, fetch } = createList(count(11));
    const page = await ask();
    expect(page.items).toHaveLength(10);
    expect(page).toMatchObject({ nextCursor: expect.any(String), more: "narrow it" });
    expect(fetch).toHaveBeenCalledWith({ pageSize: 10 });
  });

  it("says what to try where there is nothing, but not at the end of a list or beside what could not be read", async () => {
    expect(await createList([]).ask()).toEqual({ items: [], more: "nothing here" });
    const { ask } = createList(count(10));
    const { nextCursor } = await ask({ limit: 9 });
    expect(await ask({ limit: 9, cursor: nextCursor })).not.toHaveProperty("more");
    const unread = { query: "q", toRow: (n: number) => n, none: "nothing here", narrow: "narrow it" };
    expect(await listRows({ ...unread, fetch: async () => ({ items: [], unread: 1 }) })).toEqual({
      items: [],
      more: "1 row could not be read.",
    });
  });

  it.each([1, 9, 10])("does not claim more rows after %i of ten", async (length) => {
    const { ask } = createList(count(length));
    expect(await ask()).toEqual({ items: expect.objectContaining({ length }) });
  });

  it("stays below two kilobytes, whatever the rows contain, but always shows one", async () => {
    const { ask } = createList(count(10));
    const page = await ask({ size: 400 });
    expect(page.items.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(JSON.stringify(page.items))).toBeLessThan(2_048);
    expect((await ask({ size: 5_000 })).items).toHaveLength(1);
  });

  const list = (fetch: (page: PageRequest) => Promise<Page<number>>, cursor?: string) =>
    listRows({ query: 1, cursor, fetch, toRow: (n) => n, none: "nothing here", narrow: "" });

  it("does not mistake an empty page with a token for the last one", async () => {
    const { ask } = createList(count(3), (_asked, offset) => (offset === 0 ? 0 : 3));
    const fetch = async ({ pageToken }: PageRequest) =>
      pageToken === "x" ? { items: [7] } : { items: [], nextPageToken: "x" };
    const first = await list(fetch);
    expect(first).toMatchObject({ items: [], nextCursor: expect.any(String) });
    expect(await list(fetch, first.nextCursor)).toEqual({ items: [7] });
    expect((await ask()).items).toEqual([]);
  });

  it("stops if the API repeats its token, and says so", async () => {
    const fetch = async () => ({ items: [1], nextPageToken: "same" });
    const first = await list(fetch);
    const second = await list(fetch, first.nextCursor);
    expect(second).toEqual({
      items: [1],
      more: "C1 gave the same page token twice: rows may be missing.",
    });
  });
});

describe("all pages of a list", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

  it("lose and repeat no row, however long the API's pages and the rows are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 120 }),
        sizes,
        fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
        fc.integer({ min: 1, max: 500 }),
        async (length, pageSizes, limit, size) => {
          const { ask } = createList(
            count(length),
            (_asked, from) => pageSizes[from % pageSizes.length] ?? 1,
          );
          expect(await readAll(ask, () => ({ limit, size }))).toEqual(count(length));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("lose and repeat no row if the caller changes the limit on the way", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 80 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
        fc.integer({ min: 1, max: 500 }),
        async (length, limits, size) => {
          const { ask } = createList(count(length));
          const options = () => ({ limit: limits.next().value as number, size });
          expect(await readAll(ask, options)).toEqual(count(length));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("a cursor", () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it.each([
    ["empty", ""],
    ["no base64", "!!!"],
    ["no JSON", Buffer.from("{").toString("base64url")],
    ["a number", encode(1)],
    ["null", encode(null)],
    ["of another make", encode({ offset: 10 })],
    ["with an unknown key", encode({ q: "x", s: 0, extra: 1 })],
    ["huge", "A".repeat(1_000_000)],
  ])("that is %s is refused, and nothing is fetched", async (_name, cursor) => {
    const { ask, fetch } = createList(count(30));
    await expect(ask({ cursor })).rejects.toMatchObject({
      code: "invalid_arguments",
      message: "cursor: is not one that this tool gave for these arguments.",
    });
    expect(fetch).not.toHaveBeenCalled();
  });

  it("is valid only for its own query", async () => {
    const { ask, fetch } = createList(count(30));
    const { nextCursor } = await ask({ query: { query: "jane" } });
    await expect(ask({ query: { query: "sam" }, cursor: nextCursor })).rejects.toThrow("cursor: is not one");
    expect(fetch).toHaveBeenCalledTimes(1);
    expect((await ask({ query: { query: "jane" }, cursor: nextCursor })).items[0]).toMatchObject({ n: 10 });
  });

  it("with a position outside of its page does no harm", async () => {
    const { ask } = createList(count(5));
    const { nextCursor = "" } = await ask({ limit: 2 });
    const place = JSON.parse(Buffer.from(nextCursor, "base64url").toString()) as Record<string, unknown>;
    expect((await ask({ cursor: encode({ ...place, t: "3", s: 999 }) })).items).toEqual([]);
    for (const wrong of [{ s: -1 }, { s: 0.5 }, { n: 0 }, { n: 1_000 }]) {
      await expect(ask({ cursor: encode({ ...place, ...wrong }) })).rejects.toThrow("cursor: is not one");
    }
  });
});
