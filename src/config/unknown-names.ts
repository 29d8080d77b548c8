import { formatHint, nearestName } from "../nearest.ts";
import type { Environment } from "./environment.ts";
import { fixByRenaming, INVALID_VALUE, type Problem, SETTINGS_HELP } from "./problem.ts";
import { SETTINGS, type Setting } from "./schema.ts";
import { SECRET_NAME, SECRET_NAME_RULE, SECRET_PREFIX, SECRETS_DIR } from "./secret-names.ts";

const OWN_PREFIX = "C1_MCP_";

/** Finds variables that look like settings of ours but are not: a misspelt one must never pass for "not set". */
export function findUnknownNames(env: Environment): Problem[] {
  const known = knownNames();
  return [...findUnknownSwitches(env), ...findUnknownOwn(env, known)];
}

/** Whoever sets one of these wants fewer writes, and would get them all under a name that nobody reads. */
const SWITCHES: readonly string[] = [SETTINGS.writes.env, SETTINGS.readOnly.env, SETTINGS.tools.env];

function findUnknownSwitches(env: Environment): Problem[] {
  return Object.keys(env).flatMap((name): Problem[] => {
    const meant = name.replace(/^(?:C1|C1MCP|CONDUCTORONE)_(?!MCP_)/, OWN_PREFIX);
    return meant !== name && env[name] !== "" && SWITCHES.includes(meant)
      ? [unknownSetting(name, meant)]
      : [];
  });
}

function findUnknownOwn(env: Environment, known: ReadonlySet<string>): Problem[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(OWN_PREFIX) && env[name] !== "" && !known.has(name))
    .sort()
    .flatMap((name) => explainUnknown(name, known) ?? []);
}

/** Undefined for the secrets that callers refer to, whose names the operator chooses. */
function explainUnknown(name: string, known: ReadonlySet<string>): Problem | undefined {
  const secret = name.startsWith(SECRET_PREFIX) ? name.slice(SECRET_PREFIX.length) : undefined;
  // One letter away from the folder's setting. Read as a secret, it would be one that nobody refers to.
  if (secret === "DIR") return unknownSetting(name, SECRETS_DIR);
  if (secret !== undefined && SECRET_NAME.test(secret)) return undefined;
  if (!secret) return unknownSetting(name, nearestName(name, known));
  return {
    code: "malformed_secret_name",
    setting: name,
    message: `does not name a secret: after ${SECRET_PREFIX} come ${SECRET_NAME_RULE}`,
    fix: INVALID_VALUE.fix(name),
  };
}

function unknownSetting(name: string, nearest: string | undefined): Problem {
  return {
    code: "unknown_setting",
    setting: name,
    message: `is not a setting of this server${formatHint(nearest, ": ")}`,
    fix:
      nearest === undefined
        ? `Remove ${name}; \`${SETTINGS_HELP}\` lists the settings.`
        : fixByRenaming(name, nearest),
  };
}

/**
 * Finds variables that may be misspelt ones of the vendor's. Only a hint, because the vendor's other tools have variables of
 * their own.
 */
export function findMisspelt(env: Environment): Problem[] {
  const known = knownNames();
  return Object.keys(env)
    .filter(
      (name) => /^(?:CONDUCTOR_?ONE|C1)_/.test(name) && !name.startsWith(OWN_PREFIX) && !known.has(name),
    )
    .sort()
    .flatMap((name): Problem[] => {
      const nearest = nearestName(name, known);
      if (nearest === undefined) return [];
      const message = `is not read by this server${formatHint(nearest, ": ")}`;
      return [{ code: "unread_variable", setting: name, message, fix: fixByRenaming(name, nearest) }];
    });
}

function knownNames(): Set<string> {
  const settings: Setting[] = Object.values(SETTINGS);
  return new Set(settings.flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env])));
}
