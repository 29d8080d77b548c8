import { isDeepStrictEqual } from "node:util";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { ClientName } from "./clients.ts";
import { type GivenCredential, isClientId } from "./credential.ts";
import { findSecretFile, type Surroundings } from "./places.ts";
import { CREDENTIAL_NAMES, FORWARDED, OTHER_CREDENTIALS } from "./variables.ts";

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

const [ID, SECRET, SECRET_FILE] = CREDENTIAL_NAMES;

/** What is forwarded beside a credential in the entry: no other one, which would count in its place. */
const OTHER_VARIABLES = FORWARDED.filter(
  (name) => !CREDENTIAL_NAMES.includes(name) && !OTHER_CREDENTIALS.includes(name),
);

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
  if (client === "claude-desktop" || given) {
    const server = { ...start, env: literalVariables(request) };
    return {
      server: client === "codex" ? { ...server, env_vars: [...OTHER_VARIABLES] } : server,
      inputs: [],
    };
  }
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
  return (
    isOwnEntry(entry) && listWritten(entry, client, at).some((written) => isDeepStrictEqual(entry, written))
  );
}

/** What `init` may have written where the entry is. */
export function listWritten(entry: Json, client: ClientName, at: Surroundings): JsonObject[] {
  const { command, args, env } = readStart(entry);
  const [script = ""] = args;
  const same = { client, script, at: { ...at, node: command }, present: env };
  const { [ID]: clientId, [SECRET_FILE]: secretFile } = env;
  const isGiven = typeof clientId === "string" && typeof secretFile === "string";
  const credentials = isGiven ? [undefined, { clientId, secretFile }] : [undefined];
  return [true, false].flatMap((sandbox) =>
    credentials.map((given) => buildEntry({ ...same, sandbox, given }).server),
  );
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
