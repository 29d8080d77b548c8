import type { ClientName } from "./clients.ts";
import { findSecretFile, type Surroundings } from "./places.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The name of the server's entry in every client. */
export const SERVER_NAME = "c1";

/** What is written for the server: its entry, and what the client is to ask a person for (VS Code only). */
export interface Entry {
  readonly server: JsonObject;
  readonly inputs: readonly JsonObject[];
}

export interface EntryRequest {
  readonly client: ClientName;
  /** Absolute path of this program. */
  readonly script: string;
  readonly sandbox: boolean;
  readonly at: Surroundings;
  /** Variables of the entry that is there already: what a person filled in stays. */
  readonly present?: Readonly<Record<string, Json>>;
}

const ID = "CONDUCTORONE_CLIENT_ID";
const SECRET = "CONDUCTORONE_CLIENT_SECRET";
const SECRET_FILE = `${SECRET}_FILE`;

/**
 * Codex passes only a handful of variables on. All that the server reads over stdio is named: a switch such as
 * C1_MCP_READ_ONLY that is set and does not arrive would be worse than one that cannot be set.
 */
const FORWARDED = [
  ...[ID, SECRET, SECRET_FILE, "CONDUCTORONE_ACCESS_TOKEN", "CONDUCTORONE_ACCESS_TOKEN_FILE"],
  ...["CONDUCTORONE_OIDC_TOKEN", "CONDUCTORONE_OIDC_TOKEN_FILE"],
  ...["CONDUCTORONE_SERVER_URL", "CONDUCTORONE_TENANT_DOMAIN"],
  ...["C1_MCP_WRITES", "C1_MCP_READ_ONLY", "C1_MCP_TOOLS", "C1_MCP_INLINE_SECRETS", "C1_MCP_SECRETS_DIR"],
  ...["C1_MCP_AUDIT_FILE", "C1_MCP_LOG_LEVEL", "C1_MCP_TIMEOUT_MS", "C1_MCP_STATE_KEY"],
  ...["C1_MCP_STATE_KEY_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"],
];

const INPUTS: readonly JsonObject[] = [
  { type: "promptString", id: "c1-client-id", description: "C1 client id (name@tenant-host/spc)" },
  { type: "promptString", id: "c1-client-secret", description: "C1 client secret", password: true },
];

/** The entry for a client. No secret can be in it: secrets are not read, only named. */
export function buildEntry(request: EntryRequest): Entry {
  const { client, script, sandbox } = request;
  const typed = client === "claude-code" || client === "vscode" ? { type: "stdio" } : {};
  const start = { ...typed, command: "node", args: sandbox ? [script, "--sandbox"] : [script] };
  if (sandbox) return { server: start, inputs: [] };
  switch (client) {
    case "claude-desktop":
      return { server: { ...start, env: literalVariables(request) }, inputs: [] };
    case "claude-code":
    case "gemini":
      return { server: { ...start, env: { [ID]: `\${${ID}}`, [SECRET]: `\${${SECRET}}` } }, inputs: [] };
    case "cursor":
      return {
        server: { ...start, env: { [ID]: `\${env:${ID}}`, [SECRET]: `\${env:${SECRET}}` } },
        inputs: [],
      };
    case "vscode":
      return {
        server: { ...start, env: { [ID]: `\${input:c1-client-id}`, [SECRET]: `\${input:c1-client-secret}` } },
        inputs: INPUTS,
      };
    case "codex":
      return { server: { ...start, env_vars: [...FORWARDED] }, inputs: [] };
  }
}

/** Claude Desktop fills in no placeholders, so the id is written out and the secret stays in a file. */
function literalVariables({ at, present = {} }: EntryRequest): JsonObject {
  return {
    [ID]: showableId(at.env[ID]) ?? present[ID] ?? `\${${ID}}`,
    [SECRET_FILE]: at.env[SECRET_FILE] || (present[SECRET_FILE] ?? findSecretFile(at)),
  };
}

/** A client id is no secret, but a secret that was put in its place is. */
function showableId(id: string | undefined): string | undefined {
  return id !== undefined && /^[^@\s:]+@[^@\s/]+\/[a-z]+$/.test(id) ? id : undefined;
}

/** Whether an entry was written by `init`, of this copy of the program or another. */
export function isOwnEntry(entry: Json): boolean {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return false;
  const { command, args } = entry;
  return (
    command === "node" &&
    Array.isArray(args) &&
    args.some((argument) => typeof argument === "string" && /[\\/]main\.js$/.test(argument))
  );
}

/** Whether `present` says all that `wanted` says; what people added of their own does not matter. */
export function contains(present: Json | undefined, wanted: Json): boolean {
  if (typeof wanted !== "object" || wanted === null) return present === wanted;
  if (typeof present !== "object" || present === null) return false;
  if (Array.isArray(wanted) || Array.isArray(present))
    return JSON.stringify(present) === JSON.stringify(wanted);
  return Object.entries(wanted).every(([key, value]) => contains(present[key], value));
}
