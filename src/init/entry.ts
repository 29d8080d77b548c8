import { isDeepStrictEqual } from "node:util";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { ClientName } from "./clients.ts";
import { type GivenCredential, isClientId } from "./credential.ts";
import { findSecretFile, type Surroundings } from "./places.ts";

/** Name of the server's entry in every client. */
export const SERVER_NAME = "c1";

/** What is written for the server: its entry, and the inputs that the client asks the user for (VS Code only). */
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
  /** Variables of the existing entry, so that values filled in by a person are kept. */
  readonly present?: Readonly<Record<string, Json>>;
  /** Credential written out in the entry in place of placeholders. */
  readonly given?: GivenCredential | undefined;
}

const ID = "CONDUCTORONE_CLIENT_ID";
const SECRET = "CONDUCTORONE_CLIENT_SECRET";
const SECRET_FILE = `${SECRET}_FILE`;

/**
 * Codex forwards only a handful of variables, so every variable that the server reads over stdio is listed. A switch such as
 * C1_MCP_READ_ONLY that is set but does not arrive would be worse than one that cannot be set.
 */
const FORWARDED = [
  ...[ID, SECRET, SECRET_FILE, "CONDUCTORONE_ACCESS_TOKEN", "CONDUCTORONE_ACCESS_TOKEN_FILE"],
  ...["CONDUCTORONE_OIDC_TOKEN", "CONDUCTORONE_OIDC_TOKEN_FILE"],
  ...["CONDUCTORONE_SERVER_URL", "CONDUCTORONE_TENANT_DOMAIN"],
  ...["C1_MCP_WRITES", "C1_MCP_READ_ONLY", "C1_MCP_TOOLS", "C1_MCP_INLINE_SECRETS", "C1_MCP_SECRETS_DIR"],
  ...["C1_MCP_AUDIT_FILE", "C1_MCP_LOG_LEVEL", "C1_MCP_TIMEOUT_MS", "C1_MCP_STATE_KEY"],
  ...["C1_MCP_PAGE", "C1_MCP_SHARED_URL", "C1_MCP_SHARED_OUTAGE"],
  ...["C1_MCP_SHARED_PASSWORD", "C1_MCP_SHARED_PASSWORD_FILE"],
  ...["C1_MCP_STATE_KEY_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"],
];

const INPUTS: readonly JsonObject[] = [
  { type: "promptString", id: "c1-client-id", description: "C1 client id (name@tenant-host/pcc or …/spc)" },
  { type: "promptString", id: "c1-client-secret", description: "C1 client secret", password: true },
];

/** Inputs that the client asks the user for. */
export function inputsOf(client: ClientName): readonly JsonObject[] {
  return client === "vscode" ? INPUTS : [];
}

/** Builds the entry for a client. It cannot contain a secret: secrets are only named, never read. */
export function buildEntry(request: EntryRequest): Entry {
  const { client, script, sandbox, at, given } = request;
  const typed = client === "claude-code" || client === "vscode" ? { type: "stdio" } : {};
  const start = { ...typed, command: at.node, args: sandbox ? [script, "--sandbox"] : [script] };
  if (sandbox) return { server: start, inputs: [] };
  if (client === "claude-desktop" || given)
    return { server: { ...start, env: literalVariables(request) }, inputs: [] };
  if (client === "codex") return { server: { ...start, env_vars: [...FORWARDED] }, inputs: [] };
  const env = Object.fromEntries([ID, SECRET].map((name) => [name, PLACEHOLDERS[client](name)]));
  return { server: { ...start, env }, inputs: inputsOf(client) };
}

/** The placeholder syntax of clients that fill in variables. */
const PLACEHOLDERS: Readonly<
  Record<Exclude<ClientName, "claude-desktop" | "codex">, (name: string) => string>
> = {
  "claude-code": (name) => `\${${name}}`,
  gemini: (name) => `\${${name}}`,
  cursor: (name) => `\${env:${name}}`,
  vscode: (name) => `\${input:c1-${name.slice("CONDUCTORONE_".length).toLowerCase().replace("_", "-")}}`,
};

/** Writes the id out and names the secret's file, as Claude Desktop requires: it fills in no placeholders. */
function literalVariables({ at, present = {}, given = {} }: EntryRequest): JsonObject {
  const { [ID]: id = "", [SECRET_FILE]: file } = at.env;
  return {
    // A client id is not a secret, but someone may paste a secret in its place.
    [ID]: given.clientId ?? (isClientId(id) ? id : (present[ID] ?? `\${${ID}}`)),
    [SECRET_FILE]: given.secretFile ?? (file || (present[SECRET_FILE] ?? findSecretFile(at))),
  };
}

/** Whether `init` wrote the entry, from this copy of the program or another. */
export function isOwnEntry(entry: Json): boolean {
  const { command, args } = readStart(entry);
  return (
    /^node(?:\.exe)?$/.test(command.split(/[\\/]/).at(-1) ?? "") &&
    args.some((argument) => /[\\/]main\.js$/.test(argument))
  );
}

/** Whether the entry is exactly what `init` writes, even if for another Node, another copy or a sandbox: nobody has edited it. */
export function isUnedited(entry: Json, client: ClientName, at: Surroundings): boolean {
  if (!isOwnEntry(entry)) return false;
  const { command, args, env } = readStart(entry);
  const [script = ""] = args;
  const clientId = typeof env[ID] === "string" ? env[ID] : undefined;
  const secretFile = typeof env[SECRET_FILE] === "string" ? env[SECRET_FILE] : undefined;
  const asGiven = clientId === undefined || secretFile === undefined ? [] : [{ clientId, secretFile }];
  return [true, false].some((sandbox) =>
    [undefined, ...asGiven].some((given) => {
      const same = { client, script, sandbox, at: { ...at, node: command }, present: env, given };
      return isDeepStrictEqual(entry, buildEntry(same).server);
    }),
  );
}

/**
 * What people and clients add to an entry without changing what it starts: whether it is on, which tools need no approval, which are
 * offered, time limits. From the documents of Codex and Gemini CLI, the published code of Claude Code 2.1, and what other clients use.
 */
const SWITCHES: ReadonlySet<string> = new Set([
  ...["disabled", "enabled", "required", "trust", "alwaysAllow", "autoApprove", "alwaysLoad", "description"],
  ...["includeTools", "excludeTools", "enabled_tools", "disabled_tools", "default_tools_approval_mode"],
  ...["timeout", "startup_timeout_sec", "tool_timeout_sec"],
]);

/** The entry without the settings of this server and the client's switches that were added to what `init` writes. */
export function withoutAdditions(entry: Json): Json {
  if (!isObject(entry)) return entry;
  const { env, env_vars: forwarded, ...others } = entry as JsonObject;
  const rest = Object.fromEntries(Object.entries(others).filter(([key]) => !SWITCHES.has(key)));
  const kept = isObject(env) ? Object.entries(env).filter(([name]) => !isAddedSetting(name)) : undefined;
  const names = Array.isArray(forwarded) ? forwarded.filter((name) => !isSecretName(name)) : forwarded;
  return {
    ...rest,
    ...(names !== undefined && { env_vars: names }),
    ...(kept === undefined
      ? env !== undefined && { env }
      : kept.length > 0 && { env: Object.fromEntries(kept) }),
  };
}

function isAddedSetting(name: string): boolean {
  return ![ID, SECRET, SECRET_FILE].includes(name) && (FORWARDED.includes(name) || isSecretName(name));
}

/** Whether a variable holds the secret of a connector. */
function isSecretName(name: Json): boolean {
  return typeof name === "string" && /^C1_MCP_SECRET_\w+$/.test(name);
}

/** With a new client id alone, the entry still names the file that it named before. */
export function writtenOut(server: Json, given: GivenCredential | undefined): GivenCredential | undefined {
  const written = credentialIn(server);
  return given ? { ...given, secretFile: given.secretFile ?? written?.secretFile } : written;
}

/** The credential that an entry contains in place of placeholders. */
export function credentialIn(server: Json): GivenCredential | undefined {
  const { [ID]: id, [SECRET_FILE]: file } = readStart(server).env;
  if (typeof id !== "string" || !isClientId(id) || typeof file !== "string") return undefined;
  // Nobody means to name such a file, and its name would act on a terminal.
  if (/\p{C}/u.test(file)) return undefined;
  return { clientId: id, secretFile: file };
}

/** The command, arguments and variables with which an entry starts its program. */
export function readStart(entry: Json): { command: string; args: readonly string[]; env: JsonObject } {
  const { command, args, env } = isObject(entry) ? entry : {};
  return {
    command: typeof command === "string" ? command : "",
    args: Array.isArray(args) ? args.filter((argument) => typeof argument === "string") : [],
    env: isObject(env) ? env : {},
  };
}

/** Whether `present` includes everything in `wanted`; additions by people do not matter. */
export function contains(present: Json | undefined, wanted: Json): boolean {
  if (typeof wanted !== "object" || wanted === null) return present === wanted;
  if (typeof present !== "object" || present === null) return false;
  if (Array.isArray(wanted) || Array.isArray(present))
    return JSON.stringify(present) === JSON.stringify(wanted);
  return Object.entries(wanted).every(([key, value]) => contains(present[key], value));
}
