import type { ToolListing, ToolSource } from "./listing.ts";

declare const __TOOL_LISTINGS__: readonly ToolListing[];

/** This server's tools. The build generates the listings (build.mjs), because generating JSON Schemas would slow every start. */
export const toolSource: ToolSource = {
  listings: __TOOL_LISTINGS__,
  load: async () => (await import("./index.ts")).TOOLS,
};
