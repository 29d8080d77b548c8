import { resolve } from "node:path";
import { describeWrongId, isOfTrust, OF_TRUST, originOfClientId } from "../config/load.ts";
import type { CredentialEntry, DescribedCredential, Mapping, Rule } from "./entry.ts";
import { type Fault, faultsOf, formatLocation } from "./fault.ts";
import { fileSchema, type GivenEntry, REFUSE } from "./schema.ts";

export type ParsedMapping = { readonly mapping: Mapping } | { readonly faults: readonly Fault[] };

/**
 * Parses the text of the file. Reports everything that is wrong with it, without showing any of its values.
 * @param folder the base of relative paths: the file's own folder.
 */
export function parseMapping(text: string, folder: string): ParsedMapping {
  const file = parseJson(text);
  if ("fault" in file) return { faults: [{ at: "", message: file.fault }] };
  const parsed = fileSchema.safeParse(file.value);
  if (!parsed.success) {
    return { faults: parsed.error.issues.flatMap((issue) => faultsOf(issue, file.value)) };
  }
  const faults: Fault[] = [];
  const refuse = (message: string, ...path: (string | number)[]): undefined =>
    void faults.push({ at: formatLocation(path, file.value), message });
  const given = parsed.data;

  findDoubles(given.entries, refuse);
  const entries = given.entries.flatMap((entry, index): CredentialEntry[] => {
    const credential = readCredential(entry, folder);
    if (typeof credential === "string") refuse(credential, "entries", index);
    if (entry.callers.length === 0 && given.default !== entry.name)
      refuse("serves nobody: it has no callers and is not the default", "entries", index);
    return typeof credential === "string" ? [] : [{ name: entry.name, rules: entry.callers, credential }];
  });
  const byDefault = entries.find(({ name }) => name === given.default);
  const isKnown = given.default === REFUSE || given.entries.some(({ name }) => name === given.default);
  if (!isKnown) refuse(`must be ${REFUSE} or the name of an entry`, "default");
  return faults.length > 0 ? { faults } : { mapping: { entries, byDefault } };
}

function parseJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    // The parser's message quotes the text.
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split("\n").length;
    return { fault: `is not JSON${line === undefined ? "" : ` (line ${line})`}` };
  }
}

/** Finds repeated names and rules: the second one would never count. */
function findDoubles(
  entries: readonly GivenEntry[],
  refuse: (message: string, ...path: (string | number)[]) => void,
): void {
  const names = new Set<string>();
  const rules = new Map<string, string>();
  for (const [index, { name, callers }] of entries.entries()) {
    if (names.has(name)) refuse("is there twice", "entries", index, "name");
    names.add(name);
    for (const [at, rule] of callers.entries()) {
      const first = rules.get(keyOf(rule));
      if (first !== undefined)
        refuse(`says what stands under ${first} already`, "entries", index, "callers", at);
      else rules.set(keyOf(rule), name);
    }
  }
}

/** The rule without the part that only says how much proof it requires. */
function keyOf(rule: Rule): string {
  return JSON.stringify(rule.by === "email" ? { ...rule, unstated: undefined } : rule);
}

/** How an entry authenticates to C1, or what is wrong with that. */
function readCredential(entry: GivenEntry, folder: string): DescribedCredential | string {
  const { clientId, clientSecretFile, oidcTokenFile, accessTokenFile } = entry;
  const files = Object.entries({ clientSecretFile, oidcTokenFile, accessTokenFile }).flatMap(
    ([field, path]) => (path === undefined ? [] : [{ field: field as DescribedCredential["field"], path }]),
  );
  const [file] = files;
  if (file === undefined || files.length > 1)
    return "must have one of clientSecretFile, oidcTokenFile and accessTokenFile";
  const { field } = file;
  const path = resolve(folder, file.path);
  if (field === "accessTokenFile")
    return clientId === undefined
      ? { kind: "access_token", clientId, field, path }
      : "has a clientId beside accessTokenFile, which needs none";
  if (clientId === undefined) return `has no clientId, which ${field} needs`;
  if (originOfClientId(clientId) === undefined)
    return `has a clientId that ${describeWrongId(clientId)}: copy it whole`;
  if (field === "clientSecretFile" && isOfTrust(clientId))
    return `has a clientId that ${OF_TRUST}: use oidcTokenFile`;
  const kind = field === "oidcTokenFile" ? "token_exchange" : "client_credentials";
  return { kind, clientId, field, path };
}
