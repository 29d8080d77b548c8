import type { Surroundings } from "./places.ts";

/** A command of this program that works in any folder, in backticks, which keep it on one line when text is wrapped. */
export function formatCommand({ node }: Pick<Surroundings, "node">, script: string, words: string): string {
  return `\`${quotePath(node)} ${quotePath(script)} ${words}\``;
}

/** A path as a part of a command that people copy. */
export function quotePath(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}
