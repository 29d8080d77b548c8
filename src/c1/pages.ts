import type { Page } from "./port.ts";

export interface PageCaps {
  readonly maxPages: number;
  readonly maxItems: number;
}

export interface Stretch<T> {
  readonly items: T[];
  /** True when the list goes on beyond what was read. */
  readonly more: boolean;
}

/**
 * Yields page after page until the list ends or a cap is reached; the last stretch tells by `more` whether
 * anything was left out. Only an empty token ends a list: C1's pages may be shorter or longer than asked for.
 */
export async function* iteratePages<T>(
  fetchPage: (pageToken: string | undefined) => Promise<Page<T>>,
  { maxPages, maxItems }: PageCaps,
): AsyncGenerator<Stretch<T>, void, void> {
  const seen = new Set<string>();
  let token: string | undefined;
  let room = maxItems;
  for (let page = 1; ; page += 1) {
    const { items, nextPageToken } = await fetchPage(token);
    const taken = items.slice(0, room);
    room -= taken.length;
    // A token that comes back would be followed for ever: the list cannot be read to its end.
    const goesOn = nextPageToken !== undefined && !seen.has(nextPageToken) && page < maxPages && room > 0;
    yield { items: taken, more: taken.length < items.length || nextPageToken !== undefined };
    if (!goesOn) return;
    seen.add(nextPageToken);
    token = nextPageToken;
  }
}
