import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WebBrowser } from "../support/web-browser.ts";
import { startFakeModel } from "./fake-model.ts";
import { check, type Kit, MAIN, Missing } from "./kit.ts";
import { openClaude } from "./open-claude.ts";
import { startTenant } from "./tenant.ts";

const TMUX = "/usr/bin/tmux";
const TYPED = "00typed-beside-claude-canary";
const TOOL = "mcp__c1__create_connector";

/** What a first start would ask for, answered. */
const settled = (cwd: string) => ({
  hasCompletedOnboarding: true,
  theme: "dark",
  customApiKeyResponses: { approved: ["none"], rejected: [] },
  projects: { [cwd]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
});

/** The terminal interface, in which a person is shown the link of the page, opens it, and says that they are done. */
export async function typeSecretBesideTerminal(kit: Kit): Promise<string> {
  if (!existsSync(TMUX)) throw new Missing("there is no tmux here");
  const tenant = await startTenant(kit);
  const input = {
    appId: "Acme Wiki",
    catalogId: "okta_v2",
    config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { ask: true } },
  };
  const model = await startFakeModel((results) =>
    results.length === 0 ? { tool: TOOL, input } : { say: "All done here." },
  );
  const { cwd, env, program } = await openClaude(kit, "terminal", {
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: "none",
  });
  await writeFile(join(env.HOME ?? "", ".claude.json"), JSON.stringify(settled(cwd)));
  const config = join(cwd, "servers.json");
  const entry = { type: "stdio", command: "node", args: [MAIN], env: tenant.env };
  await writeFile(config, JSON.stringify({ mcpServers: { c1: entry } }));

  const socket = join(kit.folder, "tmux");
  const tmux = (...args: string[]) => kit.run(TMUX, ["-S", socket, ...args], { env, cwd });
  const claude = [
    program,
    "Do the job.",
    "--mcp-config",
    config,
    "--strict-mcp-config",
    "--allowedTools",
    TOOL,
  ];
  const seen = async (pattern: RegExp): Promise<string> => {
    let shown = "";
    for (let turn = 0; turn < 150; turn += 1) {
      shown = (await tmux("capture-pane", "-p", "-J", "-t", "c1")).stdout;
      if (pattern.test(shown)) return shown;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`the terminal never showed ${pattern}: ${shown.trim().slice(-1_200)}`);
  };
  try {
    await tmux("new-session", "-d", "-s", "c1", "-x", "220", "-y", "60", ...claude);
    const box = await seen(/http:\/\/127\.0\.0\.1:\d+\/page\/[\w-]{43}/);
    const [url = ""] = /http:\/\/127\.0\.0\.1:\d+\/page\/[\w-]{43}/.exec(box) ?? [];
    const code = /code: (\w{6})/.exec(box)?.[1] ?? "";
    const browser = new WebBrowser("nobody");
    const page = await browser.open(url);
    const { text } = await browser.send(page, { code, decision: "yes", "secret-0": TYPED });
    check(text.includes("Created connector"), "the page did not do it", text);
    await tmux("send-keys", "-t", "c1", "Right");
    await seen(/❯ I'm done/);
    await tmux("send-keys", "-t", "c1", "Enter");
    const end = await seen(/All done here\./);
    const [result = ""] = model.results;
    check(result.includes("connectorId"), "Claude Code does not hear of it", [result, end.slice(-600)]);
    check(!`${result}${end}${box}`.includes(TYPED), "the secret reached the client");
    return "opened the page, was done, and heard of the connector";
  } finally {
    await tmux("kill-server");
    model.close();
  }
}
