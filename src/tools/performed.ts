export type Output = Record<string, unknown>;

/** How a call ended that did not fail. */
export interface Performed {
  readonly output: Output;
  /** Whether the tenant is another than before; a preview and what was there already change nothing. */
  readonly changed: "yes" | "no";
}
