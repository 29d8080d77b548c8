import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FakeModel, type Script, startFakeModel } from "./fake-model.ts";
import { type Kit, MAIN, Missing } from "./kit.ts";
import { openClaude } from "./open-claude.ts";

const TMUX = "/usr/bin/tmux";

/** Claude Code's terminal interface, with a scripted model. */
export interface Screen {
  readonly model: FakeModel;
  /** Waits until the screen matches, and returns its text. */
  seen(pattern: RegExp): Promise<string>;
  press(key: string): Promise<void>;
  /** Presses a key until the screen matches: keys pressed while the screen is being drawn are lost. */
  pressUntil(key: string, pattern: RegExp): Promise<string>;
  close(): Promise<void>;
}

/** Settings that answer the questions of a first start. */
const settled = (cwd: string) => ({
  hasCompletedOnboarding: true,
  theme: "dark",
  customApiKeyResponses: { approved: ["none"], rejected: [] },
  projects: { [cwd]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
});

/**
 * @param settings environment variables of our server, which Claude Code starts over stdio.
 * @param tool the tool that Claude Code may call without asking.
 */
export async function openScreen(
  kit: Kit,
  name: string,
  settings: Readonly<Record<string, string>>,
  tool: string,
  script: Script,
): Promise<Screen> {
  if (!existsSync(TMUX)) throw new Missing("there is no tmux here");
  const model = await startFakeModel(script);
  const { cwd, env, program } = await openClaude(kit, name, {
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: "none",
  });
  await writeFile(join(env.HOME ?? "", ".claude.json"), JSON.stringify(settled(cwd)));
  const config = join(cwd, "servers.json");
  const entry = { type: "stdio", command: "node", args: [MAIN], env: settings };
  await writeFile(config, JSON.stringify({ mcpServers: { c1: entry } }));
  const socket = join(kit.folder, `tmux-${name}`);
  const tmux = (...args: string[]) => kit.run(TMUX, ["-S", socket, ...args], { env, cwd });
  const options = ["--mcp-config", config, "--strict-mcp-config", "--allowedTools", tool];
  await tmux("new-session", "-d", "-s", "c1", "-x", "220", "-y", "60", program, "Do the job.", ...options);
  const look = async () => (await tmux("capture-pane", "-p", "-J", "-t", "c1")).stdout;
  const press = async (key: string) => void (await tmux("send-keys", "-t", "c1", key));
  const seen = async (pattern: RegExp, each: (turn: number) => Promise<void> = async () => undefined) => {
    let shown = "";
    for (let turn = 0; turn < 250; turn += 1) {
      shown = await look();
      if (pattern.test(shown)) return shown;
      await each(turn);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`the terminal never showed ${pattern}: ${shown.trim().slice(-1_200)}`);
  };
  return {
    model,
    seen: (pattern) => seen(pattern),
    press,
    pressUntil: (key, pattern) => seen(pattern, async (turn) => (turn % 15 === 0 ? press(key) : undefined)),
    async close() {
      await tmux("kill-server");
      model.close();
    },
  };
}
