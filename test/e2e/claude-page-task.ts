import { WebBrowser } from "../support/web-browser.ts";
import { openScreen } from "./claude-screen.ts";
import { check, type Kit } from "./kit.ts";
import { startTenant } from "./tenant.ts";

const TYPED = "00typed-after-the-call-canary";
const TOOL = "mcp__c1__create_connector";
const LINK = /http:\/\/127\.0\.0\.1:\d+\/page\/[\w-]{43}/;

/** A person who confirms the link but is slow on the page. Meanwhile the terminal accepts input; then the model continues. */
export async function wakeByPage(kit: Kit): Promise<string> {
  const tenant = await startTenant(kit);
  const input = {
    appId: "Acme Wiki",
    catalogId: "okta_v2",
    config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { ask: true } },
  };
  let woken = "";
  const screen = await openScreen(kit, "page-task", tenant.env, TOOL, (results, said) => {
    if (results.length === 0) return { tool: TOOL, input };
    if (!said.includes("Created connector")) return { say: "It runs on." };
    woken = said;
    return { say: "Woken by the page." };
  });
  try {
    const box = await screen.seen(LINK);
    const [url = ""] = LINK.exec(box) ?? [];
    const code = /code: (\w{6})/.exec(box)?.[1] ?? "";
    await screen.press("Right");
    await screen.seen(/❯ I'm done/);
    const free = await screen.pressUntil("Enter", /It runs on\.|MCP task still running/);
    check(
      !free.includes("Created connector"),
      "the result is there before the page was sent",
      free.slice(-600),
    );
    const browser = new WebBrowser("nobody");
    const page = await browser.open(url);
    const { text } = await browser.send(page, { code, decision: "yes", "secret-0": TYPED });
    check(text.includes("Created connector"), "the page did not do it", text);
    const end = await screen.seen(/Woken by the page\./);
    check(woken.includes("connectorId"), "the model is not told the result", woken.slice(-1_500));
    check(!`${woken}${end}${box}`.includes(TYPED), "the secret reached the client");
    return "went on talking, and was woken with what the page did";
  } finally {
    await screen.close();
  }
}
