import { type Annotations, annotationsOf } from "./annotations.ts";
import type { Tool } from "./define.ts";
import { type JsonSchema, outlineSchema, toJsonSchema } from "./json-schema.ts";

/** A tool as clients see it. */
export interface ToolListing {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  readonly annotations: Annotations;
}

/** Tool descriptions; the tools' code is loaded on the first call only. */
export interface ToolSource {
  readonly listings: readonly ToolListing[];
  load(): Promise<readonly Tool[]>;
}

/** Properties that only dry runs return. They are left out of the listing to save tokens. */
const DRY_RUN_ONLY: readonly string[] = ["dryRun", "request"];

/** What clients are told about each tool. */
export function listTools(tools: readonly Tool[]): ToolListing[] {
  return tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: toJsonSchema(tool.input),
    outputSchema: outlineSchema(tool.output, DRY_RUN_ONLY),
    annotations: annotationsOf(tool.effect),
  }));
}
