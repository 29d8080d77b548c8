import { writersIn } from "../mcp/writers.ts";
import type { Registry } from "../tools/registry.ts";
import { READ_SCOPE, scopeOf, WRITE_SCOPE } from "../tools/scopes.ts";

/** What allows everything. */
export const ALL_SCOPES: readonly string[] = [READ_SCOPE, WRITE_SCOPE];

/** What callers who have no token yet should ask for: without tools that write, the scope for them is of no use. */
export function scopesOf(registry: Registry): readonly string[] {
  return writersIn(registry).size > 0 ? ALL_SCOPES : [READ_SCOPE];
}

/** Every scope that counts here: that of each tool that writes, too. */
export function everyScopeOf(registry: Registry): readonly string[] {
  return [...scopesOf(registry), ...[...writersIn(registry)].map(scopeOf)];
}
