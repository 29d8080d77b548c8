import type { Redactor } from "../../log/redact.ts";
import { createBoundedMemory } from "../../log/secret-memory.ts";

/** How many values of a changing secret stay masked, including the current one. */
const MAX_KNOWN = 8;

/** Keeps the current value of a changing secret masked, and the values that it replaced. */
export function createSecretMemory(redactor: Redactor): (secret: string) => string {
  return createBoundedMemory(redactor, MAX_KNOWN);
}
