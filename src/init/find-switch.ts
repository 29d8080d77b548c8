import { readFileSync, statSync } from "node:fs";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { chooseFormat } from "./choose-format.ts";
import { CLIENTS, type ClientName } from "./clients.ts";
import { SERVER_NAME } from "./entry.ts";
import { parseTree } from "./json-tree.ts";
import { findClaudeSettings, type Surroundings } from "./places.ts";
import { MAX_BYTES } from "./target.ts";

/** What may keep a client from starting an entry. */
export interface Switch {
  /** Continues a sentence that begins with the entry. */
  readonly words: string;
  /** Whether the client is known to obey it. */
  readonly isObeyed: boolean;
}

/**
 * Looks for what switches an entry off. Tried with Codex 0.169, Gemini CLI 0.61 and Claude Code 2.1.197: the last two start an entry
 * that is marked as disabled. What the other clients do is not documented.
 * @param text the client's file, which can be parsed.
 */
export function findSwitch(
  client: ClientName,
  entry: Json,
  text: string,
  at: Surroundings,
): Switch | undefined {
  const { enabled, disabled } = entry as JsonObject;
  switch (client) {
    case "codex":
      return enabled === false ? { words: "has enabled = false", isObeyed: true } : undefined;
    case "gemini":
      return isExcluded(text) ? { words: 'is listed under "mcp.excluded"', isObeyed: true } : undefined;
    case "claude-code": {
      const path = findClaudeSettings(at).find(isRejectedIn);
      if (path === undefined) return undefined;
      return { words: `is listed under "disabledMcpjsonServers" in ${path}`, isObeyed: true };
    }
    default:
      if (enabled === false) return { words: 'has "enabled": false', isObeyed: false };
      return disabled === true ? { words: 'has "disabled": true', isObeyed: false } : undefined;
  }
}

/** What a switch does, after the entry as the subject of the sentence. */
export function describeSwitch(client: ClientName, { words, isObeyed }: Switch): string {
  return `${words}: ${CLIENTS[client].title} ${isObeyed ? "does not" : "may not"} start it`;
}

/** The same of the entry that `init` writes or keeps in a file. */
export function warnOfSwitch(client: ClientName, text: string, at: Surroundings): string[] {
  const entry = chooseFormat(client).readServer(text);
  const off = entry === undefined ? undefined : findSwitch(client, entry, text, at);
  return off ? [`The entry ${describeSwitch(client, off)} until that is removed.`] : [];
}

/**
 * Whether a file of Claude Code's settings rejects the entry. One is enough, whatever another one approves; a file that is not valid
 * JSON, or whose list holds more than names, counts for nothing.
 */
function isRejectedIn(path: string): boolean {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_BYTES) return false;
    const { disabledMcpjsonServers: names } = JSON.parse(readFileSync(path, "utf8")) as JsonObject;
    return (
      Array.isArray(names) && names.includes(SERVER_NAME) && names.every((name) => typeof name === "string")
    );
  } catch {
    return false;
  }
}

function isExcluded(text: string): boolean {
  const { mcp } = parseTree(text).value as JsonObject;
  const excluded = isObject(mcp) ? mcp.excluded : undefined;
  return (
    Array.isArray(excluded) && excluded.some((name) => String(name).trim().toLowerCase() === SERVER_NAME)
  );
}
