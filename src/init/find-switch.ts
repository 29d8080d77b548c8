import { isObject, type Json, type JsonObject } from "../is-object.ts";
import type { ClientName } from "./clients.ts";
import { SERVER_NAME } from "./entry.ts";
import { parseTree } from "./json-tree.ts";

/** What may keep a client from starting an entry. */
export interface Switch {
  /** Continues a sentence that begins with the entry. */
  readonly words: string;
  /** Whether the client is known to obey it. */
  readonly isObeyed: boolean;
}

/**
 * Looks for what switches an entry off. Tried with Codex 0.169, Gemini CLI 0.61 and Claude Code 2.1: the last two start an entry that
 * is marked as disabled. What the other clients do is not documented.
 * @param text the client's file, which can be parsed.
 */
export function findSwitch(client: ClientName, entry: Json, text: string): Switch | undefined {
  const { enabled, disabled } = entry as JsonObject;
  switch (client) {
    case "codex":
      return enabled === false ? { words: "has enabled = false", isObeyed: true } : undefined;
    case "gemini":
      return isExcluded(text) ? { words: 'is listed under "mcp.excluded"', isObeyed: true } : undefined;
    case "claude-code":
      return undefined;
    default:
      if (enabled === false) return { words: 'has "enabled": false', isObeyed: false };
      return disabled === true ? { words: 'has "disabled": true', isObeyed: false } : undefined;
  }
}

function isExcluded(text: string): boolean {
  const { mcp } = parseTree(text).value as JsonObject;
  const excluded = isObject(mcp) ? mcp.excluded : undefined;
  return (
    Array.isArray(excluded) && excluded.some((name) => String(name).trim().toLowerCase() === SERVER_NAME)
  );
}
