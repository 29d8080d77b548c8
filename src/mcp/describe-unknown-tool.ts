import { findByWords, formatHint, nearestName } from "../nearest.ts";

/** The message for a call of an unknown tool. A tool that is switched off counts as unknown. */
export function describeUnknownTool(name: string, tools: readonly { readonly name: string }[]): string {
  const known = tools.map((tool) => tool.name);
  return `Unknown tool: ${name}${formatHint(findByWords(name, known) ?? nearestName(name, known))}`;
}
