import { isDeepStrictEqual } from "node:util";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { isPlainName, nameArguments, SWITCHES } from "./additions.ts";
import { buildEntry, readStart } from "./entry.ts";
import { readOwnStart } from "./read-script.ts";
import type { InitRequest } from "./request.ts";
import { CREDENTIAL_NAMES, FORWARDED } from "./variables.ts";

const [ID, , SECRET_FILE] = CREDENTIAL_NAMES;

/**
 * What people changed in an entry besides what a new one keeps, by its names; none if nothing else. What is there of a credential
 * does not count before a new one.
 */
export function listEdits(
  entry: Json,
  { client, at, given }: Pick<InitRequest, "client" | "at" | "given">,
): string[] {
  const { command, args, env } = readStart(entry);
  if (!readOwnStart(command, args)) return ["command"];
  const { [ID]: clientId, [SECRET_FILE]: secretFile } = env;
  const isWrittenOut = typeof clientId === "string" && typeof secretFile === "string";
  const ofEntry = isWrittenOut ? [{ clientId, secretFile }] : [];
  const credentials = [undefined, ...(given ? [{}] : ofEntry)];
  const same = { client, script: "main.js", at: { ...at, node: "node" }, present: env };
  const written = [true, false].flatMap((sandbox) =>
    credentials.map((credential) => buildEntry({ ...same, sandbox, given: credential }).server),
  );
  const bare = (one: Json) => withoutKept(one as JsonObject, given !== undefined);
  return nameDifferences(bare(entry), written.map(bare));
}

/** The entry without what a new one keeps, and thus without how it starts the server. */
function withoutKept(entry: JsonObject, isReplaced: boolean): JsonObject {
  const { command: _command, args: _args, type, env, env_vars: forwarded, ...others } = entry;
  const start = readStart(entry);
  const words = readOwnStart(start.command, start.args)?.words ?? [];
  const isOfCredential = (name: string) => !isReplaced && CREDENTIAL_NAMES.includes(name);
  const left = Object.entries(isObject(env) ? env : {}).filter(([name]) => isOfCredential(name));
  return {
    ...Object.fromEntries(Object.entries(others).filter(([key]) => !SWITCHES.has(key))),
    args: words.filter((word) => word !== "stdio"),
    ...(type !== undefined && type !== "stdio" && { type }),
    ...(left.length > 0 && { env: Object.fromEntries(left) }),
    ...(Array.isArray(forwarded) && {
      env_vars: forwarded.filter((name) => FORWARDED.includes(String(name))),
    }),
  };
}

/** What differs between an entry and the most similar one of those that `init` may have written, by names that are safe to show. */
export function nameDifferences(entry: JsonObject, written: readonly JsonObject[]): string[] {
  const all = written.map((one) => compare(entry, one));
  const [fewest = []] = all.sort((one, other) => one.length - other.length);
  return fewest;
}

function compare(entry: JsonObject, written: JsonObject): string[] {
  const keys = [...new Set([...Object.keys(entry), ...Object.keys(written)])];
  return keys
    .filter((key) => !isDeepStrictEqual(entry[key], written[key]))
    .flatMap((key) => nameWithin(key, entry[key], written[key]))
    .map((name) => (isPlainName(name) ? name : "another key"));
}

function nameWithin(key: string, had: Json | undefined, wanted: Json | undefined): string[] {
  const names =
    key === "env"
      ? compare(isObject(had) ? had : {}, isObject(wanted) ? wanted : {})
      : nameArguments(key === "args" ? readStart({ args: had ?? [] }).args : []);
  return names.length > 0 ? names : [key];
}
