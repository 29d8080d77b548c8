import type { TenantState } from "../../src/sandbox/start.ts";
import type { ToolListing } from "../../src/tools/listing.ts";
import type { Args } from "../agent/path.ts";
import type { Random } from "../random.ts";

/** A call with a mistake. */
export interface Mutant {
  /** The kind of mistake, by which the figures are grouped. */
  readonly kind: string;
  readonly tool: string;
  readonly args: Args;
}

/** The input of a mutation. */
export interface Ground {
  readonly tool: ToolListing;
  readonly tools: readonly ToolListing[];
  readonly args: Args;
  readonly state: TenantState;
  readonly random: Random;
}

/** Lists all ways to make one kind of mistake in a call. */
export type Mutation = (ground: Ground) => Mutant[];

export interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: FieldSchema;
  readonly default?: unknown;
}

export function fieldsOf({ inputSchema }: ToolListing): Readonly<Record<string, FieldSchema>> {
  return (inputSchema.properties ?? {}) as Record<string, FieldSchema>;
}

export function requiredOf({ inputSchema }: ToolListing): readonly string[] {
  return (inputSchema.required ?? []) as string[];
}

/** Renames an argument and keeps its position. */
export function renamed(args: Args, from: string, to: string): Args {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key === from ? to : key, value]));
}
