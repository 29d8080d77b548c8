import { writersIn } from "../mcp/writers.ts";
import type { Registry } from "../tools/registry.ts";
import { READ_SCOPE, scopeOf, WRITE_SCOPE } from "../tools/scopes.ts";

/** The scopes that together allow everything. */
export const ALL_SCOPES: readonly string[] = [READ_SCOPE, WRITE_SCOPE];

/** Scopes for callers without a token to request. A server without write tools does not need the write scope. */
export function scopesOf(registry: Registry): readonly string[] {
  return writersIn(registry).size > 0 ? ALL_SCOPES : [READ_SCOPE];
}

/** Every scope that is recognised here, including the one for each write tool. */
export function everyScopeOf(registry: Registry): readonly string[] {
  return [...scopesOf(registry), ...[...writersIn(registry)].map(scopeOf)];
}
