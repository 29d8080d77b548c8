import { isFirstOnPath } from "./find-node.ts";
import type { Surroundings } from "./places.ts";

type Shell = Pick<Surroundings, "node" | "platform" | "env">;

/** A command of this program that works in any folder, in backticks, which keep it on one line when text is wrapped. */
export function formatCommand(shell: Shell, script: string, words: string): string {
  return `\`${startNode(shell)} ${quotePath(script, shell.platform)} ${words}\``;
}

/**
 * PowerShell takes a quoted path at the beginning of a line for a text, and the & that makes it a command is a mistake at the
 * Command Prompt. The name alone works in both.
 */
function startNode({ node, platform, env }: Shell): string {
  const quoted = quotePath(node, platform);
  if (platform !== "win32") return quoted;
  if (isFirstOnPath(node, env, platform)) return "node";
  return quoted === node ? node : `& ${quoted}`;
}

/** A path as a part of a command that people copy. */
export function quotePath(path: string, platform: NodeJS.Platform): string {
  return SPECIAL[platform === "win32" ? "win32" : "posix"].test(path) ? `"${path}"` : path;
}

/** What a shell would take a path apart at. */
const SPECIAL = { win32: /[\s'&(),;@{}]/, posix: /\s/ };
