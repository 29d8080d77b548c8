import type { ZodIssue } from "zod/v3";
import type { Problem } from "../config/problem.ts";
import { isObject } from "../json.ts";
import { formatHint, nearestName } from "../nearest.ts";
import { cleanText } from "../text.ts";
import { CREDENTIALS_FILE } from "./entry.ts";
import { ENTRY_NAME } from "./schema.ts";

/** Something wrong with the file. */
export interface Fault {
  /** The location, as a path that also names the entry: `entries[2] (anna).clientId`. Empty for the file as a whole. */
  readonly at: string;
  /** Completes a sentence that begins with the location. Never contains a value of the file, which could be a secret. */
  readonly message: string;
}

const FIELDS = [
  ...["entries", "default", "name", "callers", "issuer", "subject", "client", "email", "emailVerified"],
  ...["claim", "value", "token", "clientId", "clientSecretFile", "oidcTokenFile", "accessTokenFile"],
];

/** Fields that people try and that would put a secret into this file. */
const SECRETS: Readonly<Record<string, string>> = {
  clientSecret: "clientSecretFile",
  oidcToken: "oidcTokenFile",
  accessToken: "accessTokenFile",
};

/** @param file the parsed file, for the names of its entries. */
export function faultsOf(issue: ZodIssue, file: unknown): Fault[] {
  const { path } = issue;
  if (issue.code !== "unrecognized_keys") return [{ at: formatLocation(path, file), message: issue.message }];
  return issue.keys.map((key) => {
    const at = formatLocation([...path, cleanText(key, 40)], file);
    const secretFile = Object.hasOwn(SECRETS, key) ? SECRETS[key] : undefined;
    const message =
      secretFile === undefined
        ? `is not a field of this file${formatHint(nearestName(key, FIELDS))}`
        : `would hold a secret in this file: put it into one of its own and name that in ${secretFile}`;
    return { at, message };
  });
}

/** A location in the file in readable form, with the names of entries. */
export function formatLocation(path: readonly (string | number)[], file: unknown): string {
  return path
    .map((step, index) => {
      if (typeof step === "string") return index === 0 ? step : `.${step}`;
      return `[${step}]${path[0] === "entries" && index === 1 ? nameOf(file, step) : ""}`;
    })
    .join("");
}

function nameOf(file: unknown, index: number): string {
  const entries = isObject(file) && Array.isArray(file.entries) ? (file.entries as unknown[]) : [];
  const entry = entries[index];
  const name = isObject(entry) ? entry.name : undefined;
  return typeof name === "string" && ENTRY_NAME.test(name) ? ` (${name})` : "";
}

/** One line for a log. */
export function describeFault({ at, message }: Fault): string {
  return at === "" ? `the file ${message}` : `${at} ${message}`;
}

/** The fault as a problem of the configuration. */
export function problemOf(fault: Fault): Problem {
  const message =
    fault.at === "" ? `names a file that ${fault.message}` : `names a file in which ${describeFault(fault)}`;
  return {
    code: "bad_credentials_file",
    setting: CREDENTIALS_FILE,
    message,
    fix: `Correct the file that ${CREDENTIALS_FILE} names; deploy/README.md shows one.`,
  };
}
