import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { listIgnored } from "../config/ignored-files.ts";
import { SETTINGS, type Settings } from "../config/schema.ts";
import { SECRET_NAME_RULE, SECRET_PREFIX } from "../config/secret-names.ts";
import { Failure } from "../errors.ts";
import { requireFile } from "../file-kind.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** The variables of the switches below. */
const SWITCHES: ReadonlySet<string> = new Set(
  (["readOnly", "writes", "tools", "inlineSecrets", "page"] as const).map((key) => SETTINGS[key].env),
);

/**
 * Reports what is switched on or off on purpose, so that nobody mistakes it for a fault, and what a write needs on this machine.
 * Defaults are not listed.
 */
export async function checkSwitches({ configuration }: Setup): Promise<Finding[]> {
  const { settings, secretStore, problems } = configuration;
  const { secretsDir, auditFile } = settings;
  const secrets = await secretStore.names();
  // If a setting is invalid, its effect is unknown.
  const switched = listSwitched(settings).flatMap(([setting, finding]) =>
    problems.some((problem) => problem.setting === setting) ? [] : [finding],
  );
  const isKnown = !problems.some(({ code, setting }) => code === "unknown_setting" || SWITCHES.has(setting));
  const folder = secretsDir ? ` (also in ${secretsDir})` : "";
  return [
    ...switched,
    ...(isKnown ? [ok(`${switched.length > 0 ? "all others" : "all"} as by default`)] : []),
    ...(secrets.length > 0 ? [ok(`secrets that calls can refer to${folder}: ${secrets.join(", ")}`)] : []),
    ...(await checkSecrets(secrets, configuration)),
    ...warnOfIgnored(await secretStore.ignored()),
    ...(auditFile === undefined ? [] : [checkAuditFile(auditFile)]),
  ];
}

/** The settings that differ from their defaults. */
function listSwitched(settings: Settings): (readonly [setting: string, finding: Finding])[] {
  const { readOnly, tools, writes, inlineSecrets, page } = settings;
  const modes = Object.entries(writes.byTool).map(([tool, mode]) => `${tool}=${mode}`);
  const found: (readonly [setting: string, finding: Finding])[] = [];
  if (readOnly)
    found.push([
      "C1_MCP_READ_ONLY",
      warn(
        "C1_MCP_READ_ONLY is on: no tool that writes is offered",
        "Unset C1_MCP_READ_ONLY to allow writes.",
      ),
    ]);
  if (writes.default !== "allow" || modes.length > 0)
    found.push([
      "C1_MCP_WRITES",
      (writes.default === "block" ? warn : ok)(`C1_MCP_WRITES: ${[writes.default, ...modes].join(",")}`),
    ]);
  if (tools) found.push(["C1_MCP_TOOLS", ok(`C1_MCP_TOOLS: ${tools.join(",")}`)]);
  if (inlineSecrets === "allow")
    found.push([
      "C1_MCP_INLINE_SECRETS",
      warn(
        "C1_MCP_INLINE_SECRETS=allow: secrets of connectors may pass through the model",
        "Unset it, and have secrets asked for, or name them by secretRef.",
      ),
    ]);
  if (page === "off")
    found.push(["C1_MCP_PAGE", ok("nobody can be asked for a secret on a page (C1_MCP_PAGE is off)")]);
  return found;
}

/** Secrets for which a call would be refused, except those that the configuration check has reported. */
async function checkSecrets(
  names: readonly string[],
  { secretStore, problems }: Setup["configuration"],
): Promise<Finding[]> {
  const untold = names.filter(
    (name) => !problems.some((problem) => problem.setting === SECRET_PREFIX + name),
  );
  const read = await Promise.allSettled(untold.map((name) => secretStore.read(name)));
  return read.flatMap((result) =>
    result.status === "rejected" && result.reason instanceof Failure
      ? [fail(result.reason.message, result.reason.next)]
      : [],
  );
}

function warnOfIgnored(files: readonly string[]): Finding[] {
  if (files.length === 0) return [];
  const what = `C1_MCP_SECRETS_DIR names a folder with files that are ignored because of their names: ${listIgnored(files)}`;
  return [warn(what, `Name each file after its secret: ${SECRET_NAME_RULE}, without an ending.`)];
}

/** Checks permissions only, because opening the file for writing would create it. */
function checkAuditFile(path: string): Finding {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats) requireFile(stats);
    accessSync(stats ? path : dirname(path), constants.W_OK);
    return ok(`audit records are also kept in ${path}`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(
      `the audit file ${path} cannot be written (${code ?? message}), so that every write is refused`,
      "Make it a regular file that can be written, or correct C1_MCP_AUDIT_FILE.",
    );
  }
}
