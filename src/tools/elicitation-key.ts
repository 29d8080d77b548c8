import { createHash } from "node:crypto";
import { isObject } from "../json.ts";
import type { Job } from "./job.ts";

/**
 * Identifies the same call of the same caller, whatever the order of its arguments. How long it waits for C1 does not count,
 * because that changes nothing in the question.
 */
export function keyOf(tool: { readonly name: string }, { deps, context, args }: Job): string {
  const asked = isObject(args) ? { ...args, waitSeconds: undefined } : args;
  const text = JSON.stringify([deps.tenant, context.principal, tool.name, asked], sortKeys);
  return createHash("sha256").update(text).digest("base64url");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** From here on the call belongs to the elicitation: one id in all audit records. */
export function joinElicitation(id: string, { draft }: Job): void {
  draft.attempt = { ...draft.attempt, write: id };
}
