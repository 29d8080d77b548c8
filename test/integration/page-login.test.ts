import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Post, post } from "../fixture/wire.ts";
import { freePort } from "../support/free-port.ts";
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.ts";
import { killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";
import { WebBrowser } from "../support/web-browser.ts";

const TYPED = "00typed-over-http-canary";
const STATE_KEY = "a-state-key-that-both-replicas-share-0123456789";
const JANE = "jane.doe@acme.example";
const ARGS = {
  appId: "Acme Wiki",
  catalogId: "okta_v2",
  config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { ask: true } },
};

let oauth: OAuthServer;
let port: number;
let server: Spawned;
let clientId: string;
const audience = () => `http://127.0.0.1:${port}/mcp`;
const base = () => `http://127.0.0.1:${port}/page/`;

beforeAll(async () => {
  oauth = await startOAuthServer();
  port = await freePort();
  clientId = (await register()).client_id;
  server = await start();
});
afterEach(() => {
  oauth.intercept = undefined;
});
afterAll(async () => {
  await killSpawned();
  await oauth.close();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Spawned> {
  const spawned = spawnServer(["http", "--sandbox"], {
    ...env,
    C1_MCP_PORT: String(port),
    C1_MCP_OAUTH_ISSUER: oauth.issuer,
    C1_MCP_OAUTH_AUDIENCE: audience(),
    C1_MCP_PAGE_CLIENT_ID: clientId,
    C1_MCP_STATE_KEY: STATE_KEY,
    C1_MCP_HTTP_TOKEN: "a-static-token-of-nobody",
  });
  await until("the server to listen", () => spawned.stderr.some((line) => line.includes('"listening"')));
  return spawned;
}

/** Registers a client for the page's login; a public one has no secret. */
async function register(method = "none"): Promise<{ client_id: string; client_secret?: string }> {
  const response = await fetch(`${oauth.issuer}/reg`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [`${base()}login`], token_endpoint_auth_method: method }),
  });
  return (await response.json()) as { client_id: string };
}

async function call(person: string, args: object = ARGS, tool = "create_connector"): Promise<Post> {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const claims = { iss: oauth.issuer, aud: audience(), sub: person, scope: "c1:read c1:write", exp };
  const token = person === "nobody" ? "a-static-token-of-nobody" : await oauth.sign(claims);
  const request = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool, arguments: args } };
  return post(audience(), request, { authorization: `Bearer ${token}` });
}

async function ask(person: string, args?: object): Promise<string> {
  const { text } = await call(person, args);
  const link = /http:\/\/127\.0\.0\.1:\d+\/page\/[\w-]+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`no link in ${text}`);
  return link;
}

const seen = () => [...server.stdout, ...server.stderr].join("\n");

describe("the page over HTTP", () => {
  it("is opened by the person who asked, after a login at the issuer, and performs the write as them", async () => {
    const link = await ask(JANE);
    const browser = new WebBrowser(JANE);
    const page = await browser.open(link);
    expect(page.text).toContain("acme.okta.example");
    expect(page.text).not.toContain("Code");
    const end = await browser.send(page, { decision: "yes", "secret-0": TYPED });
    expect(end.text).toMatch(/^Sent\. C1 is trying it … Created connector "Okta v2/);
    const { text } = await call(JANE);
    expect(text).toContain("connectorId");
    expect(seen()).toMatch(new RegExp(`"principal":"user:${JANE}".*"outcome":"ok"`));
    expect(seen() + text + end.html).not.toContain(TYPED);
  });

  it.each([
    ["plain words", "The team's own notes on who may ask for access, and why. ".repeat(60)],
    [
      "Japanese",
      Array.from({ length: 3_300 }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7919) % 20_000))).join(""),
    ],
  ])("is opened for a write as long as a question may be: %s", async (_what, text) => {
    const args = { ...ARGS, appId: "Acme HR", ifExists: "create", description: text.slice(0, 3_300) };
    const page = await new WebBrowser(JANE).open(await ask(JANE, args));
    expect(page.text).toContain("acme.okta.example");
  });

  it("shows nothing to somebody else who logged in", async () => {
    const link = await ask(JANE, { ...ARGS, appId: "Acme HR", ifExists: "create", description: "other" });
    const other = await new WebBrowser("sam.lee@acme.example").open(link);
    expect(other.status).toBe(403);
    expect(other.text).not.toContain("okta");
    const subjects = `"asked":"${JANE}","loggedIn":"sam.lee@acme.example"`;
    expect(seen()).toContain(`${subjects},"msg":"page opened by somebody other than the person who asked"`);
  });

  it("is closed to another browser of the same person, and to one that skips the login", async () => {
    const link = await ask(JANE, { ...ARGS, appId: "Acme HR", ifExists: "create" });
    const browser = new WebBrowser(JANE);
    const page = await browser.open(link);
    expect(page.text).toContain("acme.okta.example");
    const second = await new WebBrowser(JANE).open(link);
    expect(second.text).not.toContain("acme.okta.example");
    const forged = await new WebBrowser(JANE).send(page, { decision: "yes", "secret-0": TYPED });
    expect(forged.status).toBeGreaterThanOrEqual(400);
    const back = await browser.open(`${base()}login?state=made-up&code=made-up`);
    expect(back.text).toContain("was not started in this browser");
  });

  it("explains a declined login", async () => {
    const link = await ask(JANE, { ...ARGS, appId: "Acme HR", ifExists: "create", description: "declined" });
    oauth.intercept = (request, response) => {
      const url = new URL(request.url ?? "", oauth.issuer);
      if (url.pathname !== "/auth") return false;
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.search = String(
        new URLSearchParams({
          error: "access_denied",
          error_description: "<b>canary</b>",
          state: url.searchParams.get("state") ?? "",
          iss: oauth.issuer,
        }),
      );
      response.writeHead(303, { location: back.href }).end();
      return true;
    };
    const declined = await new WebBrowser(JANE).open(link);
    expect(declined.text).toContain("The login was declined");
    expect(declined.html + seen()).not.toContain("canary</b>");
  });

  it("is not served after a restart without a store, because nobody knows whether it was used", async () => {
    const args = { ...ARGS, appId: "Acme HR", ifExists: "create", description: "restart" };
    const link = await ask(JANE, args);
    const browser = new WebBrowser(JANE);
    const page = await browser.open(link);
    server.kill("SIGTERM");
    await server.exit;
    server = await start();
    for (const shown of [
      await browser.open(link),
      await browser.send(page, { decision: "yes", "secret-0": TYPED }),
    ]) {
      expect(shown.text).toMatch(/^This page is not served here/);
      expect(shown.text).not.toContain("acme.okta.example");
    }
    expect(seen()).not.toContain('"audit":true');
    expect((await browser.open(await ask(JANE, args))).text).toContain("acme.okta.example");
    expect(seen()).not.toContain(TYPED);
  });

  it("is not offered to a static token, whose holder is unknown", async () => {
    const { text } = await call("nobody", { ...ARGS, appId: "Acme HR", ifExists: "create" });
    expect(text).toContain("a caller who can log in as a person");
    expect(text).not.toContain("/page/");
  });
});

it("a login server that does not respond costs the link nothing, and puts nothing that it says into the log", async () => {
  port = await freePort();
  clientId = (await register()).client_id;
  server = await start();
  const link = await ask(JANE);
  oauth.intercept = (request, response) => {
    if (!request.url?.includes("/.well-known/openid-configuration")) return false;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ issuer: "https://canary.example" }));
    return true;
  };
  const browser = new WebBrowser(JANE);
  const down = await browser.open(link);
  expect(down.status).toBe(503);
  expect(down.text).toMatch(/^The login did not work The login server cannot be used just now/);
  expect(down.html + seen()).not.toContain("canary");
  oauth.intercept = undefined;
  expect((await browser.open(link)).text).toContain("acme.okta.example");
});

it.each([
  "client_secret_post",
  "client_secret_basic",
])("logs people in as a client with a secret: %s", async (method) => {
  port = await freePort();
  const { client_id, client_secret = "" } = await register(method);
  clientId = client_id;
  server = await start({ C1_MCP_PAGE_CLIENT_SECRET: client_secret });
  const page = await new WebBrowser(JANE).open(await ask(JANE));
  expect(page.text).toContain("acme.okta.example");
  expect(seen()).not.toContain(client_secret);
});
