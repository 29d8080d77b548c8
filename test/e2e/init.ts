import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TOOL_NAMES } from "../../src/config/tool-names.ts";
import { openCodex, prepareCodex } from "./codex.ts";
import { type Script, startFakeModel } from "./fake-model.ts";
import { check, type Kit, MAIN } from "./kit.ts";
import { openClaude } from "./open-claude.ts";
import type { Suite } from "./suite.ts";
import { startTenant } from "./tenant.ts";

type Variables = Readonly<Record<string, string>>;

/** Runs the built server's `init` for the client with this home and folder. */
async function runInit(kit: Kit, env: Variables, cwd: string, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await kit.run(await kit.node(), [MAIN, "init", ...args], { env, cwd });
  check(code === 0, `init ${args.join(" ")} ends with ${code}`, stdout + stderr);
}

/** Throws unless the names are exactly those of our tools. */
function checkTools(names: readonly string[], client: string): void {
  const [seen, ours] = [[...names].sort(), [...TOOL_NAMES].sort()];
  check(JSON.stringify(seen) === JSON.stringify(ours), `${client} has other tools than ours`, seen);
}

interface Opening {
  readonly tools: readonly string[];
  readonly mcp_servers: readonly { readonly name: string; readonly status: string }[];
}

interface Seen {
  /** Our server's line in `claude mcp list`. */
  readonly listed: string | undefined;
  /** The server's status in the first event of a conversation without a terminal. */
  readonly status: string | undefined;
  /** Names of all MCP tools in the conversation. */
  readonly tools: readonly string[];
  readonly results: readonly string[];
}

type Claude = Awaited<ReturnType<typeof openClaude>>;

/** Starts a conversation without any server on the command line, and reports the servers that Claude Code found. */
async function lookAtClaude({ run }: Claude, model: { readonly results: readonly string[] }): Promise<Seen> {
  const { stdout: list } = await run("mcp", "list");
  const allowed = ["--allowedTools", "mcp__c1__whoami"];
  const format = ["--output-format", "stream-json", "--verbose"];
  const { code, stdout, stderr } = await run("-p", "Who am I?", ...allowed, ...format);
  check(code === 0, "claude -p fails", stdout.slice(-800) + stderr);
  const first = stdout.split("\n").find((line) => line.includes('"subtype":"init"')) ?? "{}";
  const { tools, mcp_servers: servers } = JSON.parse(first) as Opening;
  return {
    listed: list.split("\n").find((line) => line.startsWith("c1:")),
    status: servers.find(({ name }) => name === "c1")?.status,
    tools: tools.filter((name) => name.startsWith("mcp__")),
    results: model.results,
  };
}

async function openNewClaude(kit: Kit, name: string, script: Script, more: Variables = {}) {
  const model = await startFakeModel(script);
  const loopback = { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "none" };
  return { model, claude: await openClaude(kit, name, { ...loopback, ...more }) };
}

/** Records a person's approval of the project's server, as Claude Code does. */
async function approve({ env }: Claude): Promise<void> {
  const folder = join(env.HOME ?? "", ".claude");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify({ enabledMcpjsonServers: ["c1"] }));
}

const SAY_NOTHING: Script = () => ({ say: "ok" });

async function claudeOnSandbox(kit: Kit): Promise<string> {
  const { model, claude } = await openNewClaude(kit, "init", SAY_NOTHING);
  await runInit(kit, claude.env, claude.cwd, "claude-code", "--sandbox");
  const pending = await claude.run("mcp", "list");
  check(/^c1: .*Pending approval/m.test(pending.stdout), "it is not pending approval", pending.stdout);

  await approve(claude);
  const { listed, status, tools } = await lookAtClaude(claude, model);
  check(/✔ Connected/.test(listed ?? ""), "claude mcp list does not show Connected", listed);
  check(status === "connected", "the server is not connected", status);
  checkTools(
    tools.map((tool) => tool.replace("mcp__c1__", "")),
    "Claude Code",
  );

  await runInit(kit, claude.env, claude.cwd, "claude-code", "--remove");
  const after = await lookAtClaude(claude, model);
  model.close();
  check(after.listed === undefined && after.status === undefined, "the server is still there", after);
  check(after.tools.length === 0, "tools are still there", after.tools);
  return `pending, then connected with ${tools.length} tools, then gone`;
}

/** The entry contains placeholders, which Claude Code fills in from its own environment. */
async function claudeWithCredential(kit: Kit): Promise<string> {
  const tenant = await startTenant(kit);
  const askWho: Script = (results) =>
    results.length === 0 ? { tool: "mcp__c1__whoami", input: {} } : { say: "ok" };
  const { model, claude } = await openNewClaude(kit, "init-credential", askWho, tenant.env);
  await runInit(kit, claude.env, claude.cwd, "claude-code");
  const written = await readFile(join(claude.cwd, ".mcp.json"), "utf8");
  for (const name of ["CONDUCTORONE_CLIENT_ID", "CONDUCTORONE_CLIENT_SECRET"]) {
    check(!written.includes(tenant.env[name] ?? "?"), `${name} stands in the file`);
  }
  await approve(claude);
  const { tools, results } = await lookAtClaude(claude, model);
  model.close();
  check(tools.length === TOOL_NAMES.length, "not all tools are there", tools);
  const host = new URL(tenant.env.CONDUCTORONE_SERVER_URL ?? "").host;
  check(results[0]?.includes(`"tenant":"${host}"`), "whoami does not answer from the tenant", results);
  return "whoami answers from the tenant";
}

async function codexOnSandbox(kit: Kit): Promise<string> {
  const { env, file } = await prepareCodex(kit, "codex-init", "# A comment of mine\n");
  const before = await readFile(file, "utf8");
  await runInit(kit, env, env.HOME ?? "", "codex", "--sandbox");
  const codex = await openCodex(kit, env);
  const servers = await codex.servers();
  const status = servers.find(({ name }) => name === "c1");
  check(status?.serverInfo?.name === "c1-admin-mcp", "Codex has not connected", servers);
  checkTools(Object.keys(status.tools), "Codex");
  const found = await codex.call("find_users", { query: "jane.doe@acme.example" });
  check(JSON.stringify(found.value).includes("Jane Doe"), "find_users fails", found);
  await codex.close();

  await runInit(kit, env, env.HOME ?? "", "codex", "--remove");
  check((await readFile(file, "utf8")) === before, "config.toml is not as it was");
  const afterwards = await openCodex(kit, env);
  const left = await afterwards.servers();
  await afterwards.close();
  check(!left.some(({ name }) => name === "c1"), "the server is still there", left);
  return `${Object.keys(status.tools).length} tools, then gone and the file as it was`;
}

/** Codex passes few variables to servers; the entry names those that it must pass on. */
async function codexWithCredential(kit: Kit): Promise<string> {
  const tenant = await startTenant(kit);
  const { env, file } = await prepareCodex(kit, "codex-init-credential");
  await runInit(kit, env, env.HOME ?? "", "codex");
  const written = await readFile(file, "utf8");
  check(!written.includes("secret-token:"), "a secret stands in the file");
  const codex = await openCodex(kit, { ...env, ...tenant.env });
  const { text, isError } = await codex.call("whoami", {});
  await codex.close();
  check(!isError, "whoami fails", text);
  return "whoami answers from the tenant";
}

export const init: Suite = {
  name: "init",
  what: "clients with an empty home on the entry that `init` of the built server wrote",
  checks: [
    {
      name: "init claude-code --sandbox: Claude Code has exactly our tools, and none after --remove",
      run: claudeOnSandbox,
    },
    {
      name: "init claude-code: Claude Code fills the placeholders from its environment",
      run: claudeWithCredential,
    },
    {
      name: "init codex --sandbox: Codex has exactly our tools, and none after --remove",
      run: codexOnSandbox,
    },
    { name: "init codex: Codex passes the named variables on", run: codexWithCredential },
  ],
};
