import { describe, expect, it } from "vitest";
import type { Page, PageRequest } from "../../../src/c1/port.ts";
import { Failure } from "../../../src/errors.ts";
import { readAll, requireShown } from "../../../src/tools/read-all.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

/** Reads a list with the given pages, by token; each page takes `ms` milliseconds. */
async function read(page: (token: string | undefined) => Page<number>, msPerPage = 0) {
  const clock = createFakeClock();
  let pages = 0;
  const fetchPage = async ({ pageToken }: PageRequest) => {
    pages += 1;
    clock.advance(msPerPage);
    return page(pageToken);
  };
  const reading = await readAll(fetchPage, { clock, deadline: clock.steady() + 45_000 });
  return { ...reading, pages };
}

const listed = (pages: Record<string, Page<number>>) => (token: string | undefined) =>
  pages[token ?? "first"] ?? { items: [] };

describe("readAll", () => {
  it("follows tokens to the end, past short and empty pages", async () => {
    const pages = {
      first: { items: [1], nextPageToken: "b" },
      b: { items: [], nextPageToken: "c" },
      c: { items: [2, 3, 4] },
    };
    expect(await read(listed(pages))).toEqual({ items: [1, 2, 3, 4], pages: 3 });
  });

  it("reads as many pages as a list of short pages needs", async () => {
    const page = (token = "0") => ({
      items: [Number(token)],
      ...(Number(token) < 199 && { nextPageToken: String(Number(token) + 1) }),
    });
    expect(await read(page)).toMatchObject({ items: { length: 200 }, pages: 200 });
    expect(await read(page)).not.toHaveProperty("gap");
  });

  it("reports a repeated page token as such", async () => {
    const pages = {
      first: { items: [1], nextPageToken: "b" },
      b: { items: [2], nextPageToken: "c" },
      c: { items: [3], nextPageToken: "b" },
    };
    const gap = "C1 gave the same page token twice";
    expect(await read(listed(pages))).toEqual({ items: [1, 2, 3], pages: 3, gap });
  });

  it("stops at ten thousand rows, or a thousand pages without any", async () => {
    const endless =
      (rows: number) =>
      (token = "0") => ({
        items: Array.from({ length: rows }, () => 1),
        nextPageToken: String(Number(token) + 1),
      });
    expect(await read(endless(100))).toMatchObject({ pages: 100, gap: "it has more than 10000 rows" });
    expect(await read(endless(0))).toMatchObject({ pages: 1_001, gap: "it has more than 0 rows" });
  });

  it("leaves half of the time for the purpose of the list", async () => {
    const page = (token = "0") => ({ items: [1], nextPageToken: String(Number(token) + 1) });
    expect(await read(page, 5_000)).toMatchObject({ pages: 5, gap: "reading it took too long" });
  });

  it.each([
    "forbidden",
    "not_found",
    "rejected",
  ] as const)("has a gap where C1 refuses a later page, and none to show where it refuses the first: %s", async (code) => {
    const refuse = (): never => {
      throw new Failure(code, "No.", { status: 400 });
    };
    const second = (token: string | undefined) =>
      token === undefined ? { items: [1], nextPageToken: "b" } : refuse();
    expect(await read(second)).toMatchObject({ items: [1], gap: `C1 refused its next page (${code})` });
    await expect(read(refuse)).rejects.toThrow("No.");
  });

  it("fails with a page that fails for a while", async () => {
    const down = (token: string | undefined) => {
      if (token === undefined) return { items: [1], nextPageToken: "b" };
      throw new Failure("unavailable", "Broken off.", { status: 200 });
    };
    await expect(read(down)).rejects.toThrow("Broken off.");
  });

  it("counts unreadable rows of all pages", async () => {
    const pages = {
      first: { items: [1], nextPageToken: "b", unread: 2 },
      b: { items: [], unread: 1 },
    };
    expect(await read(listed(pages))).toEqual({ items: [1], pages: 2, gap: "3 rows could not be read" });
    expect(await read(() => ({ items: [], unread: 1 }))).toMatchObject({ gap: "1 row could not be read" });
  });
});

describe("requireShown", () => {
  const isShown = (row: number) => row > 0;
  it("adds a gap if a row does not show the property by which it would be judged", () => {
    expect(requireShown({ items: [1, 2] }, isShown)).toEqual({ items: [1, 2] });
    expect(requireShown({ items: [1, 0] }, isShown)).toEqual({
      items: [1, 0],
      gap: "1 row could not be read",
    });
    expect(requireShown({ items: [0], gap: "another" }, isShown)).toEqual({ items: [0], gap: "another" });
  });
});
