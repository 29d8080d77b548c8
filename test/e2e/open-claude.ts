import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Ended, Kit } from "./kit.ts";

export const VERSION = "2.1.330";

/** Prepares a fresh Claude Code, with an empty home and no network but loopback. */
export async function openClaude(kit: Kit, name: string, more: Readonly<Record<string, string>> = {}) {
  const prefix = await kit.install("@anthropic-ai/claude-code", VERSION);
  const env: Record<string, string> = {
    ...(await kit.cleanEnv(`claude-${name}`)),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    ...more,
  };
  const cwd = join(kit.folder, `claude-${name}`);
  await mkdir(cwd, { recursive: true });
  const claude = join(prefix, "node_modules", ".bin", "claude");
  const run = (...args: string[]): Promise<Ended> => kit.run(claude, args, { env, cwd, timeoutMs: 120_000 });
  return { cwd, env, run, program: claude };
}
