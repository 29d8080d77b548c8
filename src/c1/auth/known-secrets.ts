import type { Redactor } from "../../log/redact.ts";
import { createBoundedMemory } from "../../log/secret-memory.ts";

/** How many values of one secret stay masked when it is replaced, the present one included. */
const MAX_KNOWN = 8;

/** Keeps the values of one changing secret masked: the present one and those it replaced. */
export function createSecretMemory(redactor: Redactor): (secret: string) => string {
  return createBoundedMemory(redactor, MAX_KNOWN);
}
