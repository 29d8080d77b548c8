/** Required for every request. */
export const READ_SCOPE = "c1:read";

/** Allows every write tool. */
export const WRITE_SCOPE = "c1:write";

/** The scope that allows one write tool. */
export function scopeOf(tool: string): string {
  return `c1:${tool}`;
}

/** Whether a caller with these scopes may call a write tool. */
export function allowsWrite(scopes: readonly string[], tool: string): boolean {
  return scopes.includes(WRITE_SCOPE) || scopes.includes(scopeOf(tool));
}
