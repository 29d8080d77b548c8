import { describe, expect, it } from "vitest";
import { iteratePages, type PageCaps, type Stretch } from "../../../src/c1/pages.ts";
import type { Page } from "../../../src/c1/port.ts";

const NO_CAPS = { maxPages: 100, maxItems: 100 };

async function readAll(pages: Record<string, Page<number>>, caps: PageCaps = NO_CAPS) {
  const asked: (string | undefined)[] = [];
  const stretches: Stretch<number>[] = [];
  const fetchPage = async (token: string | undefined) => {
    asked.push(token);
    return pages[token ?? "first"] ?? { items: [] };
  };
  for await (const stretch of iteratePages(fetchPage, caps)) stretches.push(stretch);
  return { asked, items: stretches.flatMap(({ items }) => items), more: stretches.at(-1)?.more };
}

describe("iteratePages", () => {
  it("follows tokens to the end, past short and empty pages", async () => {
    const pages = {
      first: { items: [1], nextPageToken: "b" },
      b: { items: [], nextPageToken: "c" },
      c: { items: [2, 3, 4] },
    };
    expect(await readAll(pages)).toEqual({ asked: [undefined, "b", "c"], items: [1, 2, 3, 4], more: false });
  });

  it("stops at the item cap and says that there is more", async () => {
    const pages = { first: { items: [1, 2, 3] } };
    expect(await readAll(pages, { maxPages: 9, maxItems: 2 })).toMatchObject({ items: [1, 2], more: true });
    expect(await readAll(pages, { maxPages: 9, maxItems: 3 })).toMatchObject({
      items: [1, 2, 3],
      more: false,
    });
    const twoPages = { first: { items: [1, 2], nextPageToken: "b" } };
    expect(await readAll(twoPages, { maxPages: 9, maxItems: 2 })).toMatchObject({
      asked: [undefined],
      more: true,
    });
  });

  it("stops at the page cap", async () => {
    const pages = { first: { items: [1], nextPageToken: "b" }, b: { items: [2], nextPageToken: "c" } };
    expect(await readAll(pages, { maxPages: 2, maxItems: 9 })).toEqual({
      asked: [undefined, "b"],
      items: [1, 2],
      more: true,
    });
  });

  it("stops when a token comes back", async () => {
    const pages = {
      first: { items: [1], nextPageToken: "b" },
      b: { items: [2], nextPageToken: "c" },
      c: { items: [3], nextPageToken: "b" },
    };
    expect(await readAll(pages)).toEqual({ asked: [undefined, "b", "c"], items: [1, 2, 3], more: true });
  });
});
