import type { Page, PageRequest } from "../c1/port.ts";
import type { Clock } from "../clock.ts";
import { foldName } from "./fold-name.ts";
import { type Reading, readAll, uniteById } from "./read-all.ts";

/**
 * What C1 finds for a name. C1 ignores case, but not width, blanks and similar, so a name is also searched for in its folded form,
 * and with its accents in their other encoding, where these differ by more than case. The caller must check whether the rows really
 * have the name.
 */
export async function readNamed<T extends { readonly id: string }>(
  name: string,
  search: (displayName: string, page: PageRequest) => Promise<Page<T>>,
  limits: { readonly clock: Clock; readonly deadline: number },
): Promise<Reading<T>> {
  const written = name.trim();
  const spellings = new Map<string, string>();
  for (const spelling of [written, foldName(name), written.normalize("NFC"), written.normalize("NFD")]) {
    const same = spelling.toLowerCase();
    if (!spellings.has(same)) spellings.set(same, spelling);
  }
  const found = await Promise.all(
    [...spellings.values()].map((spelling) => readAll((page) => search(spelling, page), limits)),
  );
  const gap = found.find((reading) => reading.gap !== undefined)?.gap;
  return uniteById({ items: found.flatMap(({ items }) => items), ...(gap !== undefined && { gap }) });
}
