import type { TenantState } from "../../src/sandbox/start.ts";
import type { ToolListing } from "../../src/tools/listing.ts";
import type { Args } from "../agent/path.ts";
import type { Random } from "../random.ts";

/** A call with a mistake in it. */
export interface Mutant {
  /** The kind of mistake; figures are given by it. */
  readonly kind: string;
  readonly tool: string;
  readonly args: Args;
}

/** What a mistake is made of. */
export interface Ground {
  readonly tool: ToolListing;
  readonly tools: readonly ToolListing[];
  readonly args: Args;
  readonly state: TenantState;
  readonly random: Random;
}

/** All ways in which one kind of mistake can be made in a call. */
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

/** The same arguments with one under another key, in its old place. */
export function renamed(args: Args, from: string, to: string): Args {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key === from ? to : key, value]));
}
