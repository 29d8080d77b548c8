import type { Surroundings } from "./places.ts";

/** A command of this program that works in any folder, in backticks, which keep it on one line when text is wrapped. */
export function formatCommand({ node }: Pick<Surroundings, "node">, script: string, words: string): string {
  return `\`${quote(node)} ${quote(script)} ${words}\``;
}

function quote(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}
