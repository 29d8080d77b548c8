import type { Tool } from "../../src/tools/define.ts";
import { listTools, type ToolSource } from "../../src/tools/listing.ts";

/** A source of tools that are already loaded. */
export function sourceOf(tools: readonly Tool[]): ToolSource {
  return { listings: listTools(tools), load: async () => tools };
}
