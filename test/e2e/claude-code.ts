import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { wakeByPage } from "./claude-page-task.ts";
import { wakeByTask } from "./claude-task.ts";
import { typeSecretBesideTerminal } from "./claude-terminal.ts";
import { actForAPerson } from "./claude-xaa.ts";
import { type Script, startFakeModel } from "./fake-model.ts";
import { check, type Kit, MAIN, startHttp } from "./kit.ts";
import { openClaude, VERSION } from "./open-claude.ts";
import type { Suite } from "./suite.ts";
import { appNames, startTenant } from "./tenant.ts";

const GITHUB_V2 = "2gkeVHQ9u8BtFpouw5jRmbnxjkW";
const SAM = { email: "sam.lee@acme.example", id: "2cigq7bwGky3XpoicPkiPBL7vWX" };
const TOOLS = ["create_app", "create_connector", "add_connector_user_owner"].map(
  (name) => `mcp__c1__${name}`,
);

async function addAndList(kit: Kit, name: string, entry: readonly string[]): Promise<string> {
  const { run } = await openClaude(kit, name);
  const added = await run("mcp", "add", ...entry);
  check(added.code === 0, "claude mcp add fails", added.stdout + added.stderr);
  const { stdout } = await run("mcp", "list");
  const line = stdout.split("\n").find((candidate) => candidate.startsWith("c1:")) ?? stdout;
  check(/✔ Connected/.test(line), "claude mcp list does not show Connected", stdout);
  return line.replaceAll(MAIN, "dist/main.js");
}

/** Runs a scripted conversation with the server on its own tenant. */
async function converse(kit: Kit, name: string, settings: Readonly<Record<string, string>>, script: Script) {
  const tenant = await startTenant(kit);
  const model = await startFakeModel(script);
  const { cwd, run } = await openClaude(kit, name, {
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: "none",
  });
  const entry = { type: "stdio", command: "node", args: [MAIN], env: { ...tenant.env, ...settings } };
  const config = join(cwd, "servers.json");
  await writeFile(config, JSON.stringify({ mcpServers: { c1: entry } }));
  const asked = ["-p", "Do the job.", "--mcp-config", config, "--strict-mcp-config"];
  const format = ["--allowedTools", TOOLS.join(","), "--output-format", "stream-json", "--verbose"];
  const { code, stdout, stderr } = await run(...asked, ...format);
  model.close();
  check(code === 0, "claude -p fails", stdout.slice(-800) + stderr);
  return { tenant, results: model.results, stdout };
}

const idIn = (results: readonly string[], index: number, key: string): unknown =>
  (JSON.parse(results[index] ?? "{}") as Record<string, unknown>)[key];

const THE_JOB: Script = (results) => {
  const appId = () => idIn(results, 0, "appId");
  const connectorId = () => idIn(results, 1, "connectorId");
  switch (results.length) {
    case 0:
      return {
        tool: "mcp__c1__create_app",
        input: { displayName: "Claude CRM", owners: ["jane.doe@acme.example"] },
      };
    case 1:
      return { tool: "mcp__c1__create_connector", input: { appId: appId(), catalogId: GITHUB_V2 } };
    case 2: {
      const input = { appId: appId(), connectorId: connectorId(), userRefId: SAM.email };
      return { tool: "mcp__c1__add_connector_user_owner", input };
    }
    default:
      return { say: "All done." };
  }
};

async function doTheJob(kit: Kit): Promise<string> {
  const { tenant, results, stdout } = await converse(kit, "job", {}, THE_JOB);
  check(results.length === 3, "not three results came back", results);
  const [appId, connectorId] = [idIn(results, 0, "appId"), idIn(results, 1, "connectorId")];
  check(appId && connectorId, "an id is missing", results);
  check(idIn(results, 2, "userId") === SAM.id, "the owner is somebody else", results);
  check(/"result":"All done\."/.test(stdout), "the conversation did not come to its end", stdout.slice(-400));
  // Read from the tenant, not from the server.
  check((await appNames(tenant)).includes("Claude CRM"), "the tenant has no such app");
  await tenant.get(`/api/v1/apps/${appId}/connectors/${connectorId}`);
  const owners = `/api/v2/apps/${appId}/connectors/${connectorId}/owners/users`;
  check(JSON.stringify(await tenant.get(owners)).includes(SAM.id), "the tenant has no such owner");
  return "3 calls, checked in the tenant";
}

/** Without a terminal, Claude Code dismisses every elicitation. */
async function mayNotWrite(kit: Kit): Promise<string> {
  const { tenant, results } = await converse(kit, "confirm", { C1_MCP_WRITES: "confirm" }, (so) =>
    so.length === 0
      ? { tool: "mcp__c1__create_app", input: { displayName: "Claude unasked" } }
      : { say: "Not done." },
  );
  check(/^\[declined\] /.test(results[0] ?? ""), "the write is not declined", results);
  check(!(await appNames(tenant)).includes("Claude unasked"), "the app was created all the same");
  return results[0]?.split(".", 1)[0] ?? "";
}

export const claudeCode: Suite = {
  name: "claude-code",
  what: `Claude Code ${VERSION} with an empty home; its model is a script on loopback`,
  checks: [
    {
      name: "claude mcp list reports the server as connected over stdio",
      run: (kit) => addAndList(kit, "stdio", ["c1", "--", "node", MAIN, "stdio", "--sandbox"]),
    },
    {
      name: "claude mcp list reports the server as connected over HTTP",
      run: async (kit) => addAndList(kit, "http", ["--transport", "http", "c1", await startHttp(kit)]),
    },
    { name: "a scripted conversation does the three-step job on a sandbox tenant", run: doTheJob },
    {
      name: "claude mcp xaa: a person's entitlements decide about access, without a browser",
      run: actForAPerson,
    },
    {
      name: "the terminal interface opens the page for a secret, which neither it nor the model sees",
      run: typeSecretBesideTerminal,
    },
    {
      name: "the terminal interface resumes with the result of a sync that ended after its call",
      run: wakeByTask,
    },
    {
      name: "the terminal interface resumes with the outcome of a page that was sent after its call",
      run: wakeByPage,
    },
    { name: "with C1_MCP_WRITES=confirm and nobody to ask, nothing is written", run: mayNotWrite },
  ],
};
