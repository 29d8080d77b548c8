import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { SECRET_PREFIX } from "../config/secret-names.ts";
import { Failure } from "../errors.ts";
import { requireFile } from "../file-kind.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Reports what is switched on or off on purpose, so that nobody mistakes it for a fault, and what a write needs on this machine. */
export async function checkSwitches({ configuration }: Setup): Promise<Finding[]> {
  const { settings, secretStore, problems } = configuration;
  const { readOnly, tools, writes, inlineSecrets, page, secretsDir, auditFile } = settings;
  const modes = Object.entries(writes.byTool).map(([tool, mode]) => `${tool}=${mode}`);
  const secrets = await secretStore.names();
  const rows: readonly (readonly [setting: string, finding: Finding])[] = [
    [
      "C1_MCP_READ_ONLY",
      readOnly
        ? warn(
            "C1_MCP_READ_ONLY is on: no tool that writes is offered",
            "Unset C1_MCP_READ_ONLY to allow writes.",
          )
        : ok("writes are offered (C1_MCP_READ_ONLY is off)"),
    ],
    [
      "C1_MCP_WRITES",
      (writes.default === "block" ? warn : ok)(`C1_MCP_WRITES: ${[writes.default, ...modes].join(",")}`),
    ],
    ["C1_MCP_TOOLS", ok(`C1_MCP_TOOLS: ${tools?.join(",") ?? "all"}`)],
    [
      "C1_MCP_INLINE_SECRETS",
      inlineSecrets === "allow"
        ? warn(
            "C1_MCP_INLINE_SECRETS=allow: secrets of connectors may pass through the model",
            "Unset it, and have secrets asked for, or name them by secretRef.",
          )
        : ok("secrets of connectors are taken by reference only"),
    ],
    [
      "C1_MCP_PAGE",
      ok(
        page === "off"
          ? "nobody can be asked for a secret on a page (C1_MCP_PAGE is off)"
          : "secrets can be typed on a page of the server: over stdio, and over HTTP where people can log in",
      ),
    ],
    [
      "C1_MCP_SECRETS_DIR",
      ok(
        `secrets that calls can refer to${secretsDir ? ` (also in ${secretsDir})` : ""}: ${secrets.join(", ") || "none"}`,
      ),
    ],
  ];
  return [
    // If a setting is invalid, its effect is unknown.
    ...rows.flatMap(([setting, finding]) =>
      problems.some((problem) => problem.setting === setting) ? [] : [finding],
    ),
    ...(await checkSecrets(secrets, configuration)),
    ...(auditFile === undefined ? [] : [checkAuditFile(auditFile)]),
  ];
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
