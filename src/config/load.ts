import type { ZodIssue } from "zod/v3";
import type { Redactor } from "../log/redact.ts";
import type { Secret } from "./credential.ts";
import { type Environment, readVariable } from "./environment.ts";
import { createLazySecretStore } from "./lazy-secret-store.ts";
import { INVALID_VALUE, type Problem, type ValueFault } from "./problem.ts";
import { createReadInTime } from "./read-in-time.ts";
import { SETTINGS, type Setting, type SettingKey, type Settings, settingsSchema } from "./schema.ts";
import { lookAtSecretFiles } from "./secret-access.ts";
import { SECRET_NAME, SECRET_PREFIX, SECRETS_DIR } from "./secret-names.ts";
import { type Notes, readSecret, refuseShort } from "./secret-settings.ts";
import type { SecretStore } from "./secret-store.ts";
import { resolveSharedStore, type SharedStore } from "./shared-settings.ts";
import { resolveTenant, type TenantConfig } from "./tenant.ts";
import { findMisspelt, findUnknownNames } from "./unknown-names.ts";

export { describeWrongId, isOfTrust, OF_TRUST } from "./client-id.ts";
export type { Environment } from "./environment.ts";
// Re-exported for src/credentials, which would otherwise cause one more file to be read at every start.
export { lookAtSecretFile } from "./secret-access.ts";
export { chooseServer, originOfClientId } from "./server-url.ts";
export type Flags = { readonly [Key in SettingKey]?: string };

export interface Configuration {
  readonly settings: Settings;
  /** Absent with `--sandbox`, with a file that maps callers to credentials, and if `problems` says why. */
  readonly tenant: TenantConfig | undefined;
  readonly httpToken: Secret | undefined;
  readonly stateKey: Secret | undefined;
  readonly emaKey: Secret | undefined;
  /** Absent if processes share nothing. A sandbox tenant exists in one process only. */
  readonly sharedStore: SharedStore | undefined;
  readonly pageClientSecret: Secret | undefined;
  /** Secrets that callers refer to by name. */
  readonly secretStore: SecretStore;
  /** Everything that is wrong, not only the first problem. Empty means ready. */
  readonly problems: readonly Problem[];
  /** What should be fixed but does not stop the server. */
  readonly warnings: readonly Problem[];
}

const KEYS = Object.keys(SETTINGS) as SettingKey[];

/** The secrets whose schema sets no minimum length. A sandbox does not use them. */
const CREDENTIALS: readonly SettingKey[] = ["accessToken", "oidcToken", "clientSecret"];

/** The settings of a server that uses one credential for all callers. */
const OWN_CREDENTIAL: readonly SettingKey[] = [...CREDENTIALS, "clientId"];

const CREDENTIALS_FILE = SETTINGS.credentialsFile.env;

const ONLY_FOR_HTTP: Problem = {
  code: "only_for_http",
  setting: CREDENTIALS_FILE,
  message: "is for http: over stdio one person's client starts the server, with that person's credential",
  fix: `Remove ${CREDENTIALS_FILE}; set CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET.`,
};

const NOT_FOR_SANDBOX: Problem = {
  code: "only_for_http",
  setting: CREDENTIALS_FILE,
  message: "is not used with --sandbox; over stdio, every call is refused with it",
  fix: `Remove ${CREDENTIALS_FILE}, or --sandbox.`,
};

/**
 * Reads the configuration; never throws for bad values, and never shows a secret.
 * @param options.overStdio refuses settings that make sense only with several callers.
 */
export function loadConfiguration(
  env: Environment,
  flags: Flags,
  options: { sandbox: boolean; redactor: Redactor; overStdio?: boolean },
): Configuration {
  const { redactor } = options;
  const problems = findUnknownNames(env);
  const warnings: Problem[] = [];
  const raw: Record<string, string> = {};
  for (const key of KEYS) {
    const value = flags[key] ?? readVariable(env, SETTINGS[key].env, problems);
    if (value !== undefined) raw[key] = value;
  }
  const settings = parseSettings(raw, flags, problems);
  const { timeoutMs, secretsDir } = settings;
  const notes = { redactor, timeoutMs, problems, warnings };
  const secrets = readSecrets(env, raw, options.sandbox ? [] : CREDENTIALS, notes);
  for (const name of Object.keys(env).sort())
    if (name.startsWith(SECRET_PREFIX) && SECRET_NAME.test(name.slice(SECRET_PREFIX.length)))
      refuseShort(env, name, problems);
  const tenant = readTenant(settings, raw, secrets, { ...options, problems, warnings });
  if (problems.some(({ setting }) => setting.startsWith("CONDUCTORONE_")))
    problems.push(...findMisspelt(env));
  const sharedStore = options.sandbox
    ? undefined
    : resolveSharedStore({ settings, secrets, problems, warnings });
  const inTime = createReadInTime(timeoutMs);
  const secretStore = createLazySecretStore({ env, dir: secretsDir, redactor, inTime });
  const open = secretsDir && lookAtSecretFiles(SECRETS_DIR, secretsDir, (name) => SECRET_NAME.test(name));
  if (open) warnings.push(open);
  return {
    settings,
    tenant,
    httpToken: secrets.httpToken,
    stateKey: secrets.stateKey,
    emaKey: secrets.emaKey,
    sharedStore,
    pageClientSecret: secrets.pageClientSecret,
    secretStore,
    problems,
    warnings,
  };
}

/** The tenant and the one credential for all callers; undefined for a sandbox, and if a file maps callers to credentials. */
function readTenant(
  settings: Settings,
  raw: Readonly<Record<string, string>>,
  secrets: Partial<Record<SettingKey, Secret>>,
  options: Pick<Notes, "problems" | "warnings"> & { sandbox: boolean; overStdio?: boolean },
): TenantConfig | undefined {
  const { sandbox, overStdio = false, problems, warnings } = options;
  const isMapped = settings.credentialsFile !== undefined;
  if (isMapped && overStdio) problems.push(ONLY_FOR_HTTP);
  else if (isMapped && sandbox) warnings.push(NOT_FOR_SANDBOX);
  if (sandbox) return undefined;
  if (!isMapped || overStdio) return resolveTenant(settings, secrets, problems);
  problems.push(...OWN_CREDENTIAL.filter((key) => raw[key] ?? secrets[key]).map(setBeside));
  return undefined;
}

/** The problem of a credential that is set beside the file, so that it is unclear whom it serves. */
function setBeside(key: SettingKey): Problem {
  const setting = SETTINGS[key].env;
  return {
    code: "set_twice",
    setting,
    message: `and ${CREDENTIALS_FILE} are both set: keep one`,
    fix: `Remove ${setting} (and ${setting}_FILE), or make it an entry of ${CREDENTIALS_FILE}.`,
  };
}

/** @param judged the secrets whose length is checked here. */
function readSecrets(
  env: Environment,
  raw: Readonly<Record<string, string>>,
  judged: readonly SettingKey[],
  notes: Notes,
): Partial<Record<SettingKey, Secret>> {
  const secrets: Partial<Record<SettingKey, Secret>> = {};
  for (const key of KEYS) {
    const setting: Setting = SETTINGS[key];
    if (!setting.secret) continue;
    const secret = readSecret(env, setting.env, raw[key], notes);
    if (secret) secrets[key] = secret;
    if (judged.includes(key)) refuseShort(env, setting.env, notes.problems);
  }
  return secrets;
}

/** All problems in one text, one line each. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ setting, message }) => `- ${setting} ${message}`).join("\n");
}

function parseSettings(raw: Record<string, string>, flags: Flags, problems: Problem[]): Settings {
  const parsed = settingsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const usable = { ...raw };
  for (const issue of parsed.error.issues) {
    const key = issue.path[0] as SettingKey;
    const { env, flag }: Setting = SETTINGS[key];
    const setting = flags[key] === undefined ? env : `--${flag}`;
    const { code, fix } = faultOf(issue);
    problems.push({ code, setting, message: issue.message, fix: fix(setting) });
    delete usable[key];
  }
  // The other settings remain in force: the server still starts, and must log and respond as configured.
  return settingsSchema.parse(usable);
}

function faultOf(issue: ZodIssue): ValueFault {
  // Only our own schemas add params, and what they add is a `ValueFault`.
  return issue.code === "custom" && issue.params ? (issue.params as ValueFault) : INVALID_VALUE;
}
