import { findByWords, formatHint, nearestName } from "../nearest.ts";

/** What a client is told that calls a tool which is not there. A tool that is switched off is not there either. */
export function describeUnknownTool(name: string, tools: readonly { readonly name: string }[]): string {
  const known = tools.map((tool) => tool.name);
  return `Unknown tool: ${name}${formatHint(nearestName(name, known) ?? findByWords(name, known))}`;
}
