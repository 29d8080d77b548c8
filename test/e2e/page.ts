import { freePort } from "../support/free-port.ts";
import { startOAuthServer } from "../support/oauth-server.ts";
import { type Chromium, openChromium, type Tab } from "./browser.ts";
import { check, type Kit, MAIN } from "./kit.ts";
import type { Suite } from "./suite.ts";

const TYPED = "00typed-in-a-real-browser";
const OKTA = {
  appId: "Acme Wiki",
  catalogId: "okta_v2",
  config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { ask: true } },
};

/** A client that cannot show links, and so gets them in the text of an answer. */
interface Assistant {
  call(tool: string, args: object): Promise<string>;
  /** The server's whole output. */
  heard(): string;
}

async function startStdio(kit: Kit, env: Readonly<Record<string, string>> = {}): Promise<Assistant> {
  const clean = await kit.cleanEnv("page");
  const server = kit.start(await kit.node(), [MAIN, "stdio", "--sandbox"], { env: { ...clean, ...env } });
  let id = 0;
  const send = (message: object) => server.process.stdin?.write(`${JSON.stringify(message)}\n`);
  const clientInfo = { name: "browser-check", version: "1" };
  const opening = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  send({ jsonrpc: "2.0", id: 0, method: "initialize", params: opening });
  await server.seen("stdout", /"id":0/);
  send({ jsonrpc: "2.0", method: "notifications/initialized" });
  return {
    async call(name, args) {
      id += 1;
      send({ jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } });
      const [line] = await server.seen("stdout", new RegExp(`^.*"id":${id}[,}].*$`, "m"));
      const { result } = JSON.parse(line) as { result: { content: { text: string }[] } };
      return result.content[0]?.text ?? "";
    },
    heard: () => server.output.stdout + server.output.stderr,
  };
}

function readLink(text: string): { url: string; code: string } {
  const [url] = /http:\/\/127\.0\.0\.1:\d+\/page\/[\w-]+/.exec(text) ?? [];
  check(url !== undefined, "the answer holds no link", text);
  return { url, code: /code (\w{6})/.exec(text)?.[1] ?? "" };
}

const textOf = (tab: Tab) => tab.evaluate<string>("document.querySelector('main').innerText");

async function press(tab: Tab, decision: "yes" | "no" | "close"): Promise<string> {
  await Promise.all([tab.waitForNavigation(), tab.click(`button[value="${decision}"]`)]);
  return textOf(tab);
}

/** Waits until the page reports that the connector is connected. Reading the page fails while it reloads. */
async function seeOutcome(tab: Tab): Promise<void> {
  let text = "";
  for (let turn = 0; turn < 60 && !text.includes("the connector is connected"); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    text = await textOf(tab).catch(() => "");
  }
  check(text.includes("the connector is connected"), "the page does not tell the outcome", text);
}

/** Opens a tab that records every address that it requests. */
async function openTab(chromium: Chromium, url: string, prepare?: (tab: Tab) => Promise<void>) {
  const person = await chromium.newPerson();
  const tab = await person.newPage();
  const asked = new Set<string>();
  tab.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    // Excludes the browser's own error page.
    if (/^(?:https?|wss?):$/.test(protocol)) asked.add(origin);
  });
  await prepare?.(tab);
  await tab.goto(url);
  return { person, tab, asked };
}

async function withChromium(kit: Kit, run: (chromium: Chromium) => Promise<string>): Promise<string> {
  const chromium = await openChromium(kit);
  try {
    return await run(chromium);
  } finally {
    await chromium.close();
  }
}

const typeSecret = (kit: Kit) =>
  withChromium(kit, async (chromium) => {
    const assistant = await startStdio(kit);
    const lost = readLink(await assistant.call("create_connector", OKTA));
    await openTab(chromium, lost.url);
    const { tab: other } = await openTab(chromium, lost.url);
    await chromium.draw(other, "opened-elsewhere");
    await other.type("#code", lost.code);
    const closed = await press(other, "close");
    check(closed.includes("The link is closed"), "another browser cannot close the link", closed);
    const told = await assistant.call("create_connector", OKTA);
    check(told.includes("the person closed it"), "the assistant does not hear that the link is closed", told);

    const { url, code } = readLink(await assistant.call("create_connector", OKTA));
    check(url !== lost.url, "a closed link is given again");
    const { person, tab, asked } = await openTab(chromium, url, (fresh) => fresh.setJavaScriptEnabled(false));
    await chromium.draw(tab, "secret");
    check((await textOf(tab)).includes("acme.okta.example"), "the host is not shown", await textOf(tab));

    await tab.type("#code", "WRONG7");
    await tab.type("#secret-0", TYPED);
    const refused = await press(tab, "yes");
    check(/code/i.test(refused) && !refused.includes("Done"), "a wrong code is taken", refused);
    await chromium.draw(tab, "secret-wrong-code");

    const second = await person.newPage();
    await second.goto(url);
    check((await textOf(second)).includes("acme.okta.example"), "a second tab does not show the page");
    const stranger = await openTab(chromium, url);
    check(!(await textOf(stranger.tab)).includes("okta"), "another browser sees the page");

    await tab.bringToFront();
    await tab.type("#code", code);
    await tab.type("#secret-0", TYPED);
    const sent = await press(tab, "yes");
    check(sent.includes("C1 is trying it"), "the write was not done", sent);
    // The page reloads itself without JavaScript.
    await seeOutcome(tab);
    await chromium.draw(tab, "secret-done");
    // The page was the answer to a form, and the browser asks before it submits that again.
    await tab.goBack({ timeout: 5_000 }).catch(() => undefined);
    await second.bringToFront();
    await second.type("#code", code);
    await second.type("#secret-0", TYPED);
    await chromium.draw(second, "secret-second-tab");
    check(
      !/will be sent/.test(await press(second, "yes")),
      "the second tab is asked again",
      await textOf(second),
    );
    const answer = await assistant.call("create_connector", OKTA);
    check(answer.includes("connectorId"), "the assistant does not hear of it", answer);
    check(!assistant.heard().includes(TYPED), "the secret came out of the server");
    check(
      [...asked].every((origin) => origin === new URL(url).origin),
      "another origin is asked",
      [...asked],
    );
    return "one connector; wrong code, second tab, another browser, back and no JavaScript tried";
  });

const beSeen = (kit: Kit) =>
  withChromium(kit, async (chromium) => {
    const assistant = await startStdio(kit);
    const { url, code } = readLink(await assistant.call("create_connector", OKTA));
    const { tab } = await openTab(chromium, url);
    const found: string[] = [];
    for (const [name, width, scheme] of [
      ["light", 1_280, "light"],
      ["dark", 1_280, "dark"],
      ["narrow", 320, "light"],
      ["narrow-dark", 320, "dark"],
    ] as const) {
      await tab.setViewport({ width, height: 900 });
      await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await chromium.draw(tab, name);
      found.push(...(await chromium.findBarriers(tab)).map((barrier) => `${name}: ${barrier}`));
      const wide = await tab.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth");
      check(!wide, `${name}: the page is wider than the window`);
    }
    const focus = await tab.evaluate<string>("document.activeElement.id");
    check(focus === "code", "the first field has no focus", focus);
    await tab.type("#code", code);
    await tab.type("#secret-0", TYPED);
    await press(tab, "yes");
    await seeOutcome(tab);
    found.push(...(await chromium.findBarriers(tab)).map((barrier) => `outcome: ${barrier}`));
    check(found.length === 0, "axe-core finds barriers", found.join("\n"));
    return "light, dark, 320 px: nothing found by axe-core; pictures in out/page";
  });

const agree = (kit: Kit) =>
  withChromium(kit, async (chromium) => {
    const assistant = await startStdio(kit, { C1_MCP_WRITES: "confirm" });
    const ask = async (displayName: string) => {
      const { url, code } = readLink(await assistant.call("create_app", { displayName }));
      const { tab } = await openTab(chromium, url);
      await tab.type("#code", code);
      return tab;
    };
    const yes = await ask("Acme Consent");
    check((await textOf(yes)).includes("Acme Consent"), "the page does not show what is asked");
    await chromium.draw(yes, "consent");
    check((await chromium.findBarriers(yes)).length === 0, "axe-core finds barriers");
    const done = await press(yes, "yes");
    check(done.includes("Created app"), "the write was not done", done);
    check(
      (await assistant.call("create_app", { displayName: "Acme Consent" })).includes("appId"),
      "no result",
    );
    const no = await ask("Acme Refused");
    const refused = await press(no, "no");
    check(!refused.includes("Created"), "a no was taken for a yes", refused);
    const answer = await assistant.call("create_app", { displayName: "Acme Refused" });
    check(answer.includes("[declined]"), "the assistant does not hear the no", answer);
    return "yes did it, no did not";
  });

const logIn = (kit: Kit) =>
  withChromium(kit, async (chromium) => {
    const oauth = await startOAuthServer();
    try {
      const port = await freePort();
      const audience = `http://127.0.0.1:${port}/mcp`;
      const registered = await fetch(`${oauth.issuer}/reg`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          redirect_uris: [`http://127.0.0.1:${port}/page/login`],
          token_endpoint_auth_method: "none",
        }),
      });
      const { client_id } = (await registered.json()) as { client_id: string };
      const env = {
        ...(await kit.cleanEnv("page-http")),
        C1_MCP_OAUTH_ISSUER: oauth.issuer,
        C1_MCP_OAUTH_AUDIENCE: audience,
        C1_MCP_PAGE_CLIENT_ID: client_id,
      };
      const args = [MAIN, "http", "--sandbox", "--port", String(port)];
      const server = kit.start(await kit.node(), args, { env });
      await server.seen("stderr", /"listening"/);
      const ask = async (description: string) => {
        const exp = Math.floor(Date.now() / 1000) + 600;
        const claims = { iss: oauth.issuer, aud: audience, sub: "jane", scope: "c1:read c1:write", exp };
        const response = await fetch(audience, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
            authorization: `Bearer ${await oauth.sign(claims)}`,
          },
          body: JSON.stringify({
            jsonrpc: "2.0",
            id: 1,
            method: "tools/call",
            params: { name: "create_connector", arguments: { ...OKTA, description } },
          }),
        });
        return readLink(await response.text()).url;
      };
      const enter = async (url: string, person: string) => {
        const { tab } = await openTab(chromium, url);
        await tab.type('input[name="login"]', person);
        await tab.type('input[name="password"]', "any");
        await Promise.all([tab.waitForNavigation(), tab.click('button[type="submit"]')]);
        await Promise.all([
          tab.waitForNavigation({ waitUntil: "networkidle0" }),
          tab.click('button[type="submit"]'),
        ]);
        for (let turn = 0; turn < 50 && !tab.url().includes("/page/"); turn += 1)
          await tab.waitForNavigation().catch(() => undefined);
        return tab;
      };
      const other = await enter(await ask("for jane"), "sam");
      check(!(await textOf(other)).includes("okta"), "somebody else sees the page", await textOf(other));
      const tab = await enter(await ask("for jane herself"), "jane");
      await tab.type("#secret-0", TYPED);
      await chromium.draw(tab, "http");
      const done = await press(tab, "yes");
      check(done.includes("Created connector"), "the write was not done", done);
      check(!`${server.output.stdout}${server.output.stderr}`.includes(TYPED), "the secret came out");
      return "who asked got in by a login, somebody else did not";
    } finally {
      await oauth.close();
    }
  });

export const page: Suite = {
  name: "page",
  what: "the page in a real browser: secrets and consent, over stdio and over HTTP with a login",
  checks: [
    { name: "a person with the code types a secret on the page, once", run: typeSecret },
    { name: "the page is readable: light, dark, narrow, and by the rules of axe-core", run: beSeen },
    { name: "a person agrees to a write on the page, and declines one", run: agree },
    { name: "the page over HTTP opens after a login", run: logIn },
  ],
};
