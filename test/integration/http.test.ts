import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startSandbox } from "../../src/sandbox/start.ts";
import { INITIALIZE_PARAMS, killSpawned, listeningAt, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(killSpawned);

/** On the sandbox and without a token, for tests that leave it as it was. */
let plain: { server: Spawned; url: string };
beforeAll(async () => {
  plain = await start();
});
afterAll(async () => {
  plain.server.kill("SIGTERM");
  expect(await plain.server.exit).toBe(0);
});

const TOKEN = "a-bearer-of-enough-length";
const CREDENTIAL = {
  CONDUCTORONE_CLIENT_ID: "clever-otter-12345@acme.conductor.one/spc",
  CONDUCTORONE_CLIENT_SECRET: "never-used-secret",
};
const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";

async function start(args: readonly string[] = ["--sandbox"], env: Record<string, string> = {}) {
  const server = spawnServer(["http", ...args, "--port", "0"], env);
  return { server, url: await listeningAt(server) };
}

async function connect(url: string, token?: string): Promise<Client> {
  const client = new Client({ name: "http-test", version: "1" });
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  // The SDK's own class says `undefined` where its interface says absent.
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  clients.push(client);
  return client;
}

async function callTool(client: Client, name: string, args: Record<string, unknown>) {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
  return { isError, text: JSON.stringify(content), value: structuredContent as Record<string, unknown> };
}

/** Sends a request with the given head, because `fetch` allows neither a custom Host nor a custom Origin. */
async function post(url: string, headers: Record<string, string>, body: unknown = LIST, method = "POST") {
  const text = JSON.stringify(body);
  const sent = request(url, {
    method,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "content-length": String(Buffer.byteLength(text)),
      ...headers,
    },
  }).end(text);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };

function logOf({ stderr }: Spawned): string {
  return stderr.map((line) => (JSON.parse(line) as { msg: string }).msg).join("\n");
}

describe("a server over HTTP", () => {
  it("serves an SDK client for the whole job, and exits with 0 on SIGTERM", async () => {
    const { server, url } = await start(["--sandbox"], { C1_MCP_SECRET_OKTA: "an-okta-api-token" });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    expect(server.stderr).toHaveLength(1);
    const client = await connect(url);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "create_app",
        "create_connector",
        "add_connector_user_owner",
        "find_users",
        "whoami",
      ]),
    );
    const app = await callTool(client, "create_app", { displayName: "Acme CRM" });
    expect(app.isError, app.text).toBeFalsy();
    const { appId } = app.value;
    const connector = await callTool(client, "create_connector", {
      appId,
      catalogId: OKTA_V2,
      config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { secretRef: "OKTA" } },
    });
    expect(connector.isError, connector.text).toBeFalsy();
    const { connectorId } = connector.value;
    const owner = await callTool(client, "add_connector_user_owner", {
      appId,
      connectorId,
      userRefId: "sam.lee@acme.example",
    });
    expect(owner.value).toMatchObject({ appId, connectorId, roleSlug: "primary", tenant: "sandbox" });
    const refused = await callTool(client, "create_app", { name: "Acme ERP" });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("[invalid_arguments]");
    await client.close();
    server.kill("SIGTERM");
    expect(await server.exit).toBe(0);
    expect(server.stdout).toEqual([]);
    const audits = server.stderr.filter((line) => line.includes('"audit":true'));
    expect(audits.filter((line) => line.includes('"record":"outcome"'))).toHaveLength(4);
    expect(audits.filter((line) => line.includes('"record":"intent"'))).toHaveLength(3);
  });

  it("a streamed response causes no Node warning in the log", async () => {
    const { server, url } = await start(["--sandbox"], { C1_MCP_HTTP_TOKEN: TOKEN });
    const client = await connect(url, TOKEN);
    await client.callTool({ name: "whoami", arguments: {} }, undefined, { onprogress: () => undefined });
    await client.close();
    server.kill("SIGTERM");
    await server.exit;
    expect(server.stderr.filter((line) => !line.startsWith("{"))).toEqual([]);
  });

  it("serves several clients concurrently on one tenant", async () => {
    const { url } = plain;
    const all = await Promise.all(Array.from({ length: 8 }, () => connect(url)));
    const made = await Promise.all(
      all.map((client, index) => callTool(client, "create_app", { displayName: `App ${index}` })),
    );
    expect(new Set(made.map(({ value }) => value.appId)).size).toBe(8);
  });

  it("lets a running write finish and answers it after SIGTERM", async () => {
    const tenant = await startSandbox();
    tenant.faults.add({ match: { operation: "apps.create" }, do: { kind: "latency", ms: 200 } });
    const { server, url } = await start([], {
      CONDUCTORONE_SERVER_URL: tenant.serverUrl,
      CONDUCTORONE_CLIENT_ID: tenant.clientId,
      CONDUCTORONE_CLIENT_SECRET: tenant.clientSecret,
      C1_MCP_HTTP_TOKEN: TOKEN,
    });
    const client = await connect(url, TOKEN);
    const running = callTool(client, "create_app", { displayName: "Acme CRM" });
    await until("the write", () => tenant.requests.some(({ operation }) => operation === "apps.create"));
    server.kill("SIGTERM");
    expect((await running).value).toMatchObject({ displayName: "Acme CRM" });
    await client.close();
    expect(await server.exit).toBe(0);
    await tenant.close();
  });

  it("refuses anything but POST to /mcp by its head", async () => {
    const { url } = plain;
    const get = await post(url, {}, {}, "GET");
    expect(get).toMatchObject({ status: 405, headers: { allow: "POST" } });
    expect((await post(url.replace("/mcp", "/other"), {})).status).toBe(404);
    expect((await post(url, { "content-type": "text/plain" })).status).toBe(415);
    expect((await post(url, {})).status).toBe(200);
  });
});

describe("authentication over HTTP", () => {
  it("without the token a 401 with a challenge, with it the whole server", async () => {
    const { url } = await start(["--sandbox"], { C1_MCP_HTTP_TOKEN: TOKEN });
    const none = await post(url, {});
    expect(none.status).toBe(401);
    expect(none.headers["www-authenticate"]).toBe('Bearer realm="c1-admin-mcp"');
    for (const wrong of [`Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(0, -1)}`, `Basic ${TOKEN}`, "Bearer"]) {
      const answer = await post(url, { authorization: wrong });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
      expect(answer.text).not.toContain("create_app");
    }
    const client = await connect(url, TOKEN);
    expect((await callTool(client, "whoami", {})).value).toMatchObject({ tenant: "sandbox" });
  });

  it.each([
    ["a foreign Host", { host: "evil.example" }],
    ["a foreign Host with our port", { host: "evil.example:8321" }],
    ["a foreign Origin", { origin: "http://evil.example" }],
    ["an Origin of null", { origin: "null" }],
    ["an Origin that only starts like ours", { origin: "http://localhost.evil.example" }],
  ])("%s is refused with 403", async (_what, headers) => {
    const { url } = plain;
    const answer = await post(url, headers, { ...LIST, method: "initialize", params: INITIALIZE_PARAMS });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain("capabilities");
    expect((await post(url, { host: `localhost:${new URL(url).port}` })).status).toBe(200);
  });
});

describe("a failed start exits with 2 and explains itself on stderr", () => {
  it.each<[string, string[], Record<string, string>, RegExp]>([
    [
      "a real tenant without a token",
      [],
      CREDENTIAL,
      /^Not started\. Set C1_MCP_HTTP_TOKEN .*write to the tenant\.$/,
    ],
    [
      "a token that can be guessed",
      ["--sandbox"],
      { C1_MCP_HTTP_TOKEN: "short" },
      /C1_MCP_HTTP_TOKEN must have at least 16 characters/,
    ],
    [
      "an address of the network",
      ["--sandbox", "--host", "0.0.0.0"],
      {},
      /^Not started\. To listen on 0\.0\.0\.0, .* set C1_MCP_HTTP_TOKEN .* and C1_MCP_ALLOWED_HOSTS\.$/,
    ],
    ["no credentials", [], { C1_MCP_HTTP_TOKEN: TOKEN }, /CONDUCTORONE_CLIENT_ID/],
  ])("%s", async (_what, args, env, message) => {
    const server = spawnServer(["http", ...(args.includes("--port") ? args : [...args, "--port", "0"])], env);
    expect(await server.exit).toBe(2);
    expect(server.stdout).toEqual([]);
    // Only once: a reader who sees it twice would look for a second fault.
    expect(server.stderr).toHaveLength(1);
    expect(logOf(server)).toMatch(message);
  });

  it("neither credentials nor a token: both are reported together", async () => {
    const server = spawnServer(["http", "--port", "0"]);
    expect(await server.exit).toBe(2);
    const [first, second, ...more] = server.stderr.map((line) => JSON.parse(line).msg);
    expect(first).toMatch(/^Not configured: CONDUCTORONE_CLIENT_ID/);
    expect(second).toMatch(/^Not started\. Set C1_MCP_HTTP_TOKEN/);
    expect(more).toEqual([]);
  });

  it("several mistakes: one log line for each, with its setting as a field", async () => {
    const server = spawnServer(["http", "--port", "99999"], {
      C1_MCP_HTTP_TOKEN: TOKEN,
      C1_MCP_WRITE: "block",
      C1_MCP_TIMEOUT_MS: "soon",
      C1_MCP_LOG_LEVEL: "loud",
    });
    expect(await server.exit).toBe(2);
    const lines = server.stderr.map((line) => JSON.parse(line));
    expect(lines.map(({ setting }) => setting).sort()).toEqual([
      "--port",
      "C1_MCP_LOG_LEVEL",
      "C1_MCP_TIMEOUT_MS",
      "C1_MCP_WRITE",
      "CONDUCTORONE_CLIENT_ID",
    ]);
    for (const { setting, code, msg } of lines) {
      expect(msg).toMatch(new RegExp(`^Not configured: ${setting} [^\\n]+$`));
      expect(code).toMatch(/^[a-z_]+$/);
    }
  });

  it("a port in use", async () => {
    const { port } = new URL(plain.url);
    const second = spawnServer(["http", "--sandbox", "--port", port]);
    expect(await second.exit).toBe(2);
    expect(logOf(second)).toMatch(
      new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: another program uses that port`),
    );
  });
});
