import { isObject, type Json, type JsonObject } from "../json.ts";
import { readStart } from "./entry.ts";
import { readOwnStart } from "./read-script.ts";
import type { InitRequest } from "./request.ts";
import { CREDENTIAL_NAMES, FORWARDED, OTHER_CREDENTIALS } from "./variables.ts";

const [ID, SECRET] = CREDENTIAL_NAMES;

/**
 * What people and clients add to an entry without changing what it starts: whether it is on, which tools need no approval, which are
 * offered, time limits. From the documents of Codex and Gemini CLI, the published code of Claude Code 2.1, and what other clients use.
 */
export const SWITCHES: ReadonlySet<string> = new Set([
  ...["disabled", "enabled", "required", "trust", "alwaysAllow", "autoApprove", "alwaysLoad", "description"],
  ...["includeTools", "excludeTools", "enabled_tools", "disabled_tools", "default_tools_approval_mode"],
  ...["timeout", "startup_timeout_sec", "tool_timeout_sec"],
]);

/** The entry without the settings of this server and the client's switches that were added to what `init` writes. */
export function withoutAdditions(entry: Json): Json {
  if (!isObject(entry)) return entry;
  const { env, env_vars: forwarded, ...others } = entry as JsonObject;
  const rest = Object.fromEntries(Object.entries(others).filter(([key]) => !SWITCHES.has(key)));
  const kept = isObject(env) ? pick(env, (name) => !isAddedSetting(name)) : undefined;
  const names = Array.isArray(forwarded) ? forwarded.filter((name) => !isSecretName(name)) : forwarded;
  return {
    ...rest,
    ...(names !== undefined && { env_vars: names }),
    ...(kept === undefined ? env !== undefined && { env } : Object.keys(kept).length > 0 && { env: kept }),
  };
}

/**
 * The new entry with what was added to the one before it, in the order that it had there, which keeps the difference small. Left out
 * is what would be in the way: of a sandbox, what is a tenant's; of a new credential, any other one.
 */
export function keepAdditions(
  before: Json,
  server: JsonObject,
  { sandbox, given }: Pick<InitRequest, "sandbox" | "given">,
): JsonObject {
  if (!isObject(before)) return server;
  const { env: oldEnv, env_vars: oldNames } = before as JsonObject;
  const { args: _args, env: newEnv, env_vars: newNames, ...rest } = server;
  const isKept = (name: string) =>
    !CREDENTIAL_NAMES.includes(name) &&
    !(sandbox && name.startsWith("CONDUCTORONE_")) &&
    !(given && OTHER_CREDENTIALS.includes(name));
  const wanted = isObject(newEnv) ? newEnv : {};
  const env = {
    ...pick(isObject(oldEnv) ? oldEnv : {}, (name) => isKept(name) || Object.hasOwn(wanted, name)),
    ...wanted,
  };
  const wantedNames = Array.isArray(newNames) ? newNames : [];
  const had = Array.isArray(oldNames) ? oldNames : [];
  const keptNames = had.filter((name) => !FORWARDED.includes(String(name)) || wantedNames.includes(name));
  const names = [...new Set([...keptNames, ...wantedNames])];
  return {
    ...pick(
      before as JsonObject,
      (key) => SWITCHES.has(key) || key === "type" || (key !== "args" && Object.hasOwn(server, key)),
    ),
    ...rest,
    ...keepStart(before, server),
    ...(Object.keys(env).length > 0 && { env }),
    ...(names.length > 0 && { env_vars: names }),
  };
}

/** How the new entry starts the server: with the options of Node and the `stdio` of the one before it, or by the program's own command. */
export function keepStart(before: Json, server: JsonObject): JsonObject {
  const { command, args } = readStart(before);
  const start = readOwnStart(command, args);
  const wanted = readStart(server);
  if (!start) return pick(server, (key) => key === "command" || key === "args");
  const [script = "", ...words] = wanted.args;
  const all = [...start.words.filter((word) => word === "stdio"), ...words];
  if (start.script !== undefined)
    return { command: wanted.command, args: [...start.options, script, ...all] };
  return { command, ...(all.length > 0 && { args: all }) };
}

/**
 * Which additions the new entry has kept, and which it has not. Not their values, which may be secret, nor names that could act on
 * a terminal.
 * @param plain what `init` writes by itself.
 * @param isReplaced whether there is a new credential.
 */
export function tellAdditions(before: Json, plain: Json, after: Json, isReplaced: boolean): string[] {
  const [had, own, has] = [namesIn(before), namesIn(plain), namesIn(after)];
  const kept = had.filter((name) => has.includes(name) && !own.includes(name));
  const gone = listDropped(before, after);
  const replaced = gone.filter((name) => isReplaced && OTHER_CREDENTIALS.includes(name));
  const dropped = gone.filter((name) => !replaced.includes(name));
  return [
    ...(kept.length > 0 ? [`What was added to the entry stays: ${kept.join(", ")}.`] : []),
    ...(replaced.length > 0
      ? [
          `No longer in the entry, where it would count in place of the new credential: ${replaced.join(", ")}.`,
        ]
      : []),
    ...(dropped.length > 0
      ? [`No longer in the entry, to be added again if you need it: ${dropped.join(", ")}.`]
      : []),
  ];
}

/** Which additions an entry has that another one has not. */
export function listDropped(before: Json, after: Json): string[] {
  const has = namesIn(after);
  return namesIn(before).filter((name) => !has.includes(name));
}

/** The names of an entry's settings and switches, without those of the credential that `init` writes. */
function namesIn(entry: Json): string[] {
  if (!isObject(entry)) return [];
  const { command: _command, args: _args, env, env_vars: forwarded, ...others } = entry;
  const { command, args } = readStart(entry);
  const start = readOwnStart(command, args);
  const passed = Array.isArray(forwarded) ? forwarded.map(String) : [];
  const names = [
    ...(start ? nameArguments([...start.options, ...start.words]) : []),
    ...Object.keys(others),
    ...(isObject(env) ? Object.keys(env).filter((name) => !CREDENTIAL_NAMES.includes(name)) : []),
    // Codex would get the others of its own environment.
    ...passed.filter((name) => !FORWARDED.includes(name)),
  ];
  return names.filter(isPlainName);
}

/** Whether a name cannot act on a terminal. */
export function isPlainName(name: string): boolean {
  return /^[\w.-]+$/.test(name);
}

/** The arguments that people added, without what may be a value. */
export function nameArguments(args: readonly string[]): string[] {
  const added = args.filter((argument) => argument !== "--sandbox");
  const names = added.flatMap((argument) => /^(?:--?[a-z][a-z-]*(?==|$)|stdio$)/.exec(argument) ?? []);
  return names.length === 0 && added.length > 0 ? ["args"] : names;
}

/** Whether an entry holds a credential that would count in place of an id and the file of its secret, or clash with that file. */
export function holdsOtherCredential(entry: Json): boolean {
  return Object.keys(readStart(entry).env).some(
    (name) => name === SECRET || OTHER_CREDENTIALS.includes(name),
  );
}

/** An address in the entry counts more than the tenant in the client id. */
export function warnOfTenant(entry: Json): string[] {
  const { env } = readStart(entry);
  const [, own = ""] = /@([^/]+)/.exec(String(env[ID])) ?? [];
  const host = hostOf(own);
  return ["CONDUCTORONE_SERVER_URL", "CONDUCTORONE_TENANT_DOMAIN"].flatMap((name) => {
    const other = hostOf(String(env[name] ?? ""));
    return host === undefined || other === undefined || other === host
      ? []
      : [`${name} in the entry leads to another tenant than the client id.`];
  });
}

/** The host of an address, which may be the host alone; undefined if it is none, or not known before a placeholder is filled in. */
function hostOf(address: string): string | undefined {
  const url = /^https?:/i.test(address) ? address : `https://${address}`;
  return URL.canParse(url) && !url.includes("${") ? new URL(url).host : undefined;
}

function pick(from: JsonObject, isWanted: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([name]) => isWanted(name)));
}

function isAddedSetting(name: string): boolean {
  return !CREDENTIAL_NAMES.includes(name) && (FORWARDED.includes(name) || isSecretName(name));
}

/** Whether a variable holds the secret of a connector. */
function isSecretName(name: Json): boolean {
  return typeof name === "string" && /^C1_MCP_SECRET_\w+$/.test(name);
}
