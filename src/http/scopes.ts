import { offersWriters } from "../mcp/writers.ts";
import type { Registry } from "../tools/registry.ts";

/** Needed for every request. */
export const READ_SCOPE = "c1:read";

/** Needed as well to call the tools that write. */
export const WRITE_SCOPE = "c1:write";

export const ALL_SCOPES: readonly string[] = [READ_SCOPE, WRITE_SCOPE];

/** The scopes worth asking for: without tools that write, the one for them is of no use. */
export function scopesOf(registry: Registry): readonly string[] {
  return offersWriters(registry) ? ALL_SCOPES : [READ_SCOPE];
}
