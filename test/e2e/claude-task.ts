import { APPS, CONNECTORS } from "../../src/sandbox/seed.ts";
import { startSandbox } from "../../src/sandbox/start.ts";
import { openScreen } from "./claude-screen.ts";
import { check, type Kit } from "./kit.ts";

const TOOL = "mcp__c1__sync_connector";

/** Longer than a call waits before it becomes a task, in milliseconds. */
const SYNC_MS = 12_000;

/** A sync that ends after its call. Meanwhile the terminal accepts input; then the model continues with the result. */
export async function wakeByTask(kit: Kit): Promise<string> {
  const sandbox = await startSandbox({ syncMs: SYNC_MS });
  const settings = {
    CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
    CONDUCTORONE_CLIENT_ID: sandbox.clientId,
    CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
  };
  const input = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id, waitSeconds: 120 };
  let woken = "";
  const screen = await openScreen(kit, "task", settings, TOOL, (results, said) => {
    if (results.length === 0) return { tool: TOOL, input };
    if (!said.includes("the connector is connected")) return { say: "It runs on." };
    woken = said;
    return { say: "Woken by the result." };
  });
  try {
    const free = await screen.seen(/It runs on\.|MCP task still running/);
    check(!free.includes("1 failed"), "Claude Code does not take the task", screen.model.results);
    check(
      !free.includes("the connector is connected"),
      "the result is there before the sync ended",
      free.slice(-600),
    );
    const end = await screen.seen(/Woken by the result\./);
    check(woken.includes("connectorId"), "the model is not told the result", woken.slice(-1_500));
    const [asked] = sandbox.requests.filter(({ operation }) => operation === "connectors.forceSync");
    check(asked, "no sync was asked for", end.slice(-600));
    return "went on talking, and was woken with the result of the sync";
  } finally {
    await screen.close();
    await sandbox.close();
  }
}
