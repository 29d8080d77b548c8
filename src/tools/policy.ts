import type { WriteModes } from "../config/policy.ts";
import { Failure } from "../errors.ts";
import type { Tool } from "./define.ts";

/** What the operator allows. */
export interface Policy {
  readonly readOnly: boolean;
  /** Undefined: all. */
  readonly tools: readonly string[] | undefined;
  readonly writes: WriteModes;
}

/** Whether a person must agree to each call of the tool. */
export function needsConsent(tool: Tool, { writes }: Policy): boolean {
  return tool.effect !== "read" && (writes.byTool[tool.name] ?? writes.default) === "confirm";
}

/** The setting that takes a tool away, if one does. A tool that cannot run is not listed either. */
export function blockedBy(name: string, writes: boolean, policy: Policy): string | undefined {
  if (policy.tools && !policy.tools.includes(name)) return "C1_MCP_TOOLS";
  if (!writes) return undefined;
  if (policy.readOnly) return "C1_MCP_READ_ONLY";
  return (policy.writes.byTool[name] ?? policy.writes.default) === "block" ? "C1_MCP_WRITES" : undefined;
}

/** The answer to a call of such a tool. */
export function blockedFailure(tool: Tool, setting: string): Failure {
  return new Failure("blocked", `${tool.name} is switched off on this server by ${setting}.`, {
    next: `Only the operator of the server can change ${setting}; do not try another way.`,
  });
}
