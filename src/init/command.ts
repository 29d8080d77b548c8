import type { Surroundings } from "./places.ts";

/** A command of this program as it works in any folder, between backticks: whoever shows it keeps it on one line. */
export function formatCommand({ node }: Pick<Surroundings, "node">, script: string, words: string): string {
  return `\`${quote(node)} ${quote(script)} ${words}\``;
}

function quote(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}
