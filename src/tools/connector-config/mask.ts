import { SECRET_NAME } from "../../config/secret-names.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { MASK } from "../../log/redact.ts";
import { GROUP_KEY, isSecretKey, type TypeSpec } from "./spec.ts";

/** The user part of a URL, `user:password@`, whatever the rest looks like. */
const USER_IN_URL = /:\/\/[^\s/?#]*@/g;

/** Masks the user part of a URL, which usually contains a password and is not part of the host. */
export function maskUrlUser(value: string): string {
  return value.replace(USER_IN_URL, `://${MASK}@`);
}

/** The body of a write for people: with the masked config in place of the real one. */
export function maskBody(body: JsonObject, shown: JsonObject): JsonObject {
  return "config" in body ? { ...body, config: shown } : body;
}

/** The config as C1 shows it, without values that our table calls secret even if C1 does not. */
export function maskSecrets(shown: ReadonlyMap<string, string>, spec: TypeSpec): ReadonlyMap<string, string> {
  return new Map([...shown].map(([key, value]) => [key, isSecretKey(key, spec) ? MASK : maskUrlUser(value)]));
}

/** Masks a message of another type: keeps its structure, hides its values. */
export function maskValues(message: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [key, key === "@type" ? value : maskValue(value)]),
  );
}

function maskValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(maskValue);
  return typeof value === "object" && value !== null ? maskValues(value) : MASK;
}

/** A value and the user part of a URL in it, because C1 may repeat either on its own. */
function textsOf(value: string): string[] {
  const users = (value.match(USER_IN_URL) ?? []).map((found) => found.slice("://".length, -1));
  const passwords = users.flatMap((user) => (user.includes(":") ? [user.slice(user.indexOf(":") + 1)] : []));
  return [value, ...users, ...passwords, ...passwords.flatMap(decode)];
}

function decode(text: string): string[] {
  try {
    const plain = decodeURIComponent(text);
    return plain === text ? [] : [plain];
  } catch {
    return [];
  }
}

/**
 * Every text inside a config, with numbers as the text that they are sent as; none of them may appear in any output. Excludes
 * names that are ours or C1's, and the words true and false.
 */
export function configTexts(value: unknown): string[] {
  if (typeof value === "number") return [String(value)];
  if (typeof value === "string") return value === "true" || value === "false" ? [] : textsOf(value);
  if (Array.isArray(value)) return value.flatMap(configTexts);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => (isName(key, item) ? [] : configTexts(item)));
}

function isName(key: string, item: unknown): boolean {
  if (key === "secretRef") return typeof item === "string" && SECRET_NAME.test(item);
  return key === "@type" || key === GROUP_KEY;
}
