import { WebBrowser } from "../support/web-browser.ts";
import { openScreen } from "./claude-screen.ts";
import { check, type Kit } from "./kit.ts";
import { startTenant } from "./tenant.ts";

const TYPED = "00typed-beside-claude-canary";
const TOOL = "mcp__c1__create_connector";

/** The terminal interface shows the page's link to a person, who opens it and confirms that they are done. */
export async function typeSecretBesideTerminal(kit: Kit): Promise<string> {
  const tenant = await startTenant(kit);
  const input = {
    appId: "Acme Wiki",
    catalogId: "okta_v2",
    config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { ask: true } },
  };
  const screen = await openScreen(kit, "terminal", tenant.env, TOOL, (results) =>
    results.length === 0 ? { tool: TOOL, input } : { say: "All done here." },
  );
  try {
    const box = await screen.seen(/http:\/\/127\.0\.0\.1:\d+\/page\/[\w-]{43}/);
    const [url = ""] = /http:\/\/127\.0\.0\.1:\d+\/page\/[\w-]{43}/.exec(box) ?? [];
    const code = /code: (\w{6})/.exec(box)?.[1] ?? "";
    const browser = new WebBrowser("nobody");
    const page = await browser.open(url);
    const { text } = await browser.send(page, { code, decision: "yes", "secret-0": TYPED });
    check(text.includes("Created connector"), "the page did not do it", text);
    await screen.press("Right");
    await screen.seen(/❯ I'm done/);
    const end = await screen.pressUntil("Enter", /All done here\./);
    const [result = ""] = screen.model.results;
    check(result.includes("connectorId"), "Claude Code does not hear of it", [result, end.slice(-600)]);
    check(!`${result}${end}${box}`.includes(TYPED), "the secret reached the client");
    return "opened the page, was done, and heard of the connector";
  } finally {
    await screen.close();
  }
}
