import type { WriteModes } from "../config/tool-switches.ts";
import { Failure } from "../errors.ts";
import { scopeOf } from "./scopes.ts";

/** Which tools the operator has switched off, and which require consent. */
export interface Switches {
  readonly readOnly: boolean;
  /** Undefined means all. */
  readonly tools?: readonly string[] | undefined;
  readonly writes: WriteModes;
}

/** Whether a person must agree to each call of a tool that writes. */
export function needsConsent(writeTool: string, { writes }: Switches): boolean {
  return (writes.byTool[writeTool] ?? writes.default) === "confirm";
}

/** The setting that disables a tool, if one does. A disabled tool is not listed either. */
export function blockedBy(name: string, writes: boolean, switches: Switches): string | undefined {
  if (switches.tools && !switches.tools.includes(name)) return "C1_MCP_TOOLS";
  if (!writes) return undefined;
  if (switches.readOnly) return "C1_MCP_READ_ONLY";
  return (switches.writes.byTool[name] ?? switches.writes.default) === "block" ? "C1_MCP_WRITES" : undefined;
}

/** The failure of a call to such a tool. */
export function blockedFailure(name: string, setting: string): Failure {
  return new Failure("blocked", `${name} is switched off on this server by ${setting}.`, {
    next: `Only the operator of the server can change ${setting}; do not try another way.`,
  });
}

/** The failure of a call whose token does not allow it. */
export function unscopedFailure(name: string): Failure {
  return new Failure("blocked", `The caller's token lacks the scope ${scopeOf(name)}.`, {
    next: "Ask for a token with that scope.",
  });
}
