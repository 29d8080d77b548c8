import type { Redactor } from "../log/redact.ts";
import { formatHint, nearestName } from "../nearest.ts";
import type { Secret } from "./credential.ts";
import { createReadInTime } from "./read-in-time.ts";
import { SETTINGS, type Setting, type SettingKey, type Settings, settingsSchema } from "./schema.ts";
import { lookAtSecretFile, lookAtSecretFiles } from "./secret-access.ts";
import { isTooShort, isTooShortFile, secretFromFile, secretFromValue, TOO_SHORT } from "./secret-file.ts";
import {
  createSecretStore,
  PLACEHOLDER,
  SECRET_NAME,
  SECRET_NAME_RULE,
  SECRET_PREFIX,
  SECRETS_DIR,
  type SecretStore,
} from "./secret-store.ts";
import { type Problem, resolveTenant, type TenantConfig } from "./tenant.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export type Flags = { readonly [Key in SettingKey]?: string };

export interface Configuration {
  readonly settings: Settings;
  /** Absent with `--sandbox`, and when `problems` says why. */
  readonly tenant: TenantConfig | undefined;
  readonly httpToken: Secret | undefined;
  readonly stateKey: Secret | undefined;
  /** Secrets that callers refer to by name. */
  readonly secretStore: SecretStore;
  /** Everything that is wrong, not only the first thing. Empty means ready. */
  readonly problems: readonly Problem[];
  /** What should be mended and does not stop the server. */
  readonly warnings: readonly Problem[];
}

const KEYS = Object.keys(SETTINGS) as SettingKey[];
const OWN_PREFIX = "C1_MCP_";

/** The secrets that have no minimum of their own. A sandbox has no use for them. */
const CREDENTIALS: readonly SettingKey[] = ["accessToken", "oidcToken", "clientSecret"];

/** Reads the configuration; never throws for bad values, and never shows one. */
export function loadConfiguration(
  env: Environment,
  flags: Flags,
  options: { sandbox: boolean; redactor: Redactor },
): Configuration {
  const { redactor } = options;
  const problems = findUnknownNames(env);
  const warnings: Problem[] = [];
  const raw: Record<string, string> = {};
  for (const key of KEYS) {
    const value = flags[key] ?? readValue(env, SETTINGS[key].env, problems);
    if (value !== undefined) raw[key] = value;
  }
  const settings = parseSettings(raw, flags, problems);
  const { timeoutMs, secretsDir } = settings;
  const secrets: Partial<Record<SettingKey, Secret>> = {};
  for (const key of KEYS) {
    const setting: Setting = SETTINGS[key];
    if (!setting.secret) continue;
    const secret = readSecret(env, setting.env, raw[key], { redactor, timeoutMs, problems, warnings });
    if (secret) secrets[key] = secret;
    if (CREDENTIALS.includes(key) && !options.sandbox) refuseShort(env, setting.env, problems);
  }
  for (const name of Object.keys(env).sort())
    if (name.startsWith(SECRET_PREFIX) && SECRET_NAME.test(name.slice(SECRET_PREFIX.length)))
      refuseShort(env, name, problems);
  const tenant = options.sandbox ? undefined : resolveTenant(settings, secrets, problems);
  if (problems.some(({ name }) => name.startsWith("CONDUCTORONE_"))) hintAtMisspelt(env, problems);
  const inTime = createReadInTime(timeoutMs);
  const secretStore = createSecretStore({ env, dir: secretsDir, redactor, inTime });
  const open = secretsDir && lookAtSecretFiles(secretsDir, (name) => SECRET_NAME.test(name));
  if (open) warnings.push({ name: SECRETS_DIR, message: open });
  return {
    settings,
    tenant,
    httpToken: secrets.httpToken,
    stateKey: secrets.stateKey,
    secretStore,
    problems,
    warnings,
  };
}

/** All problems in one text, one line each. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ name, message }) => `- ${name} ${message}`).join("\n");
}

function parseSettings(raw: Record<string, string>, flags: Flags, problems: Problem[]): Settings {
  const parsed = settingsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const usable = { ...raw };
  for (const issue of parsed.error.issues) {
    const key = issue.path[0] as SettingKey;
    const setting: Setting = SETTINGS[key];
    problems.push({
      name: flags[key] === undefined ? setting.env : `--${setting.flag}`,
      message: issue.message,
    });
    delete usable[key];
  }
  // The rest stays in force: the server still starts and must log and answer as it was told to.
  return settingsSchema.parse(usable);
}

/** Empty means unset; a placeholder that the client did not fill in is a problem of its own. */
function readValue(env: Environment, name: string, problems: Problem[]): string | undefined {
  const value = env[name]?.trim();
  if (value === undefined || value === "") return undefined;
  if (PLACEHOLDER.test(value)) {
    problems.push({ name, message: `still holds the placeholder ${value}: the client did not fill it in` });
    return undefined;
  }
  return value;
}

/** What reading a secret needs, and where what is found goes. */
interface Notes {
  readonly redactor: Redactor;
  readonly timeoutMs: number;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

function readSecret(
  env: Environment,
  name: string,
  value: string | undefined,
  { redactor, timeoutMs, problems, warnings }: Notes,
): Secret | undefined {
  const fileName = `${name}_FILE`;
  const path = readValue(env, fileName, problems);
  if (path === undefined) return value === undefined ? undefined : secretFromValue(value, redactor);
  if (value !== undefined) {
    problems.push({ name: fileName, message: `and ${name} are both set: keep one` });
    // Still hidden, and not reported as missing on top.
    return secretFromValue(value, redactor);
  }
  const { problem, warning } = lookAtSecretFile(path);
  if (problem !== undefined) problems.push({ name: fileName, message: problem });
  else if (isTooShortFile(path)) problems.push({ name: fileName, message: `names a file that ${TOO_SHORT}` });
  if (warning !== undefined) warnings.push({ name: fileName, message: warning });
  return secretFromFile(fileName, path, redactor, createReadInTime(timeoutMs));
}

/** A variable whose secret could not be masked. */
function refuseShort(env: Environment, name: string, problems: Problem[]): void {
  const value = env[name]?.trim() ?? "";
  // A placeholder, and a name that is wrong, are problems of their own.
  if (PLACEHOLDER.test(value) || problems.some((problem) => problem.name === name)) return;
  if (isTooShort(value)) problems.push({ name, message: TOO_SHORT });
}

/** A misspelt setting of ours must never be taken for "not set". */
function findUnknownNames(env: Environment): Problem[] {
  const known = knownNames();
  return Object.keys(env)
    .filter((name) => name.startsWith(OWN_PREFIX) && env[name] !== "" && !known.has(name))
    .sort()
    .flatMap((name) => describeUnknown(name, known) ?? []);
}

/** Undefined for the secrets that callers refer to: their names are the operator's own. */
function describeUnknown(name: string, known: ReadonlySet<string>): Problem | undefined {
  const secret = name.startsWith(SECRET_PREFIX) ? name.slice(SECRET_PREFIX.length) : undefined;
  // One letter less than the folder's setting; it would be a secret that nobody asks for.
  if (secret === "DIR")
    return { name, message: `is not a setting of this server${formatHint(SECRETS_DIR, ": ")}` };
  if (secret !== undefined && SECRET_NAME.test(secret)) return undefined;
  if (secret)
    return { name, message: `does not name a secret: after ${SECRET_PREFIX} come ${SECRET_NAME_RULE}` };
  return { name, message: `is not a setting of this server${formatHint(nearestName(name, known), ": ")}` };
}

/** The vendor's other tools have variables of their own, so a strange CONDUCTORONE_ name is only a hint. */
function hintAtMisspelt(env: Environment, problems: Problem[]): void {
  const known = knownNames();
  for (const name of Object.keys(env).sort()) {
    if (!/^(?:CONDUCTOR_?ONE|C1)_/.test(name) || name.startsWith(OWN_PREFIX) || known.has(name)) continue;
    const nearest = nearestName(name, known);
    if (nearest !== undefined)
      problems.push({ name, message: `is not read by this server${formatHint(nearest, ": ")}` });
  }
}

function knownNames(): Set<string> {
  const settings: Setting[] = Object.values(SETTINGS);
  return new Set(settings.flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env])));
}
