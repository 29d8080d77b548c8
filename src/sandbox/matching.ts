/** Folds case, so that two spellings of one name compare equal. Upper case comes last, because it maps ß to SS. */
export function foldText(text: string): string {
  return text.normalize("NFKC").toLowerCase().toUpperCase();
}

/**
 * A fuzzy search that behaves, seen from outside, like the API's `query`: it returns rows that share any word with the query,
 * best matches first. So "Jane Doe" also finds Jane Roe, and clients that want one exact row have to check the response.
 */
export function rankByQuery<Row>(rows: Row[], query: string, searched: (row: Row) => string[]): Row[] {
  const words = foldText(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows
    .map((row) => {
      const haystack = foldText(searched(row).join("\n"));
      return { row, hits: words.filter((word) => haystack.includes(word)).length };
    })
    .filter(({ hits }) => hits > 0)
    .sort((a, b) => b.hits - a.hits)
    .map(({ row }) => row);
}
