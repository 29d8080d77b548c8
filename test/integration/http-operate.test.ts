import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditsIn, logsIn, startTenant, type Tenant } from "../fixture/tenant.ts";
import { modernHeaders, modernRequest, post } from "../fixture/wire.ts";
import { startOAuthServer } from "../support/oauth-server.ts";
import { sendRaw, statusOf } from "../support/raw-http.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { ROOT } from "../support/sources.ts";
import { killSpawned, listeningAt, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

const TOKEN = "a-bearer-of-enough-length";
const AUTH = { authorization: `Bearer ${TOKEN}` };
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c";
const parent = (trace: string) => `00-${trace}-00f067aa0ba902b7-01`;

let tenant: Tenant;
let relay: Relay;
let folder: string;
beforeAll(async () => {
  tenant = await startTenant();
  relay = await startRelay();
  relay.target = tenant.sandbox.serverUrl;
  folder = mkdtempSync(join(tmpdir(), "operate-"));
});
afterEach(killSpawned);
afterAll(async () => {
  await relay.close();
  await tenant.sandbox.close();
  rmSync(folder, { recursive: true });
});

async function start(env: Record<string, string> = {}) {
  const server = spawnServer(["http", "--port", "0"], {
    ...tenant.env,
    CONDUCTORONE_SERVER_URL: relay.url,
    C1_MCP_HTTP_TOKEN: TOKEN,
    ...env,
  });
  const url = await listeningAt(server);
  return { server, url, metricsUrl: logOf(server).metricsUrl as string | undefined };
}

function logOf(server: Spawned): Record<string, unknown> {
  return logsIn(server.stderr).find(({ msg }) => msg === "listening") ?? {};
}

const tool = (name: string, args: object, _meta?: object) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name, arguments: args, ...(_meta && { _meta }) },
});

/** One value from the metrics in Prometheus text format. */
function readValue(text: string, series: string): number | undefined {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe("Prometheus metrics", () => {
  it("are off by default, and never on the callers' port", async () => {
    const { url, metricsUrl } = await start();
    expect(metricsUrl).toBeUndefined();
    expect((await fetch(new URL("/metrics", url))).status).toBe(404);
  });

  it("count calls, responses and renewals, on their own port", async () => {
    const { url, metricsUrl = "" } = await start({ C1_MCP_ADMIN_PORT: "0" });
    expect(metricsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(new URL(metricsUrl).port).not.toBe(new URL(url).port);
    await post(url, tool("create_app", { displayName: "Counted" }), AUTH);
    await post(url, tool("create_app", { displayName: "Counted" }), AUTH);
    await post(url, tool("whoami", {}), AUTH);
    await post(url, tool("no_such_tool", {}), AUTH);
    await post(url, tool("whoami", {}));
    const response = await fetch(metricsUrl);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect({
      created: readValue(text, 'c1_mcp_tool_calls_total{tool="create_app",outcome="ok"}'),
      guarded: readValue(text, 'c1_mcp_tool_calls_total{tool="create_app",outcome="already_exists"}'),
      timed: readValue(text, 'c1_mcp_tool_call_duration_seconds_count{tool="create_app"}'),
      renewals: readValue(text, 'c1_mcp_token_renewals_total{outcome="ok"}'),
      refused: readValue(text, 'c1_mcp_http_responses_total{status="401"}'),
      answered: readValue(text, 'c1_mcp_http_responses_total{status="200"}'),
      inFlight: readValue(text, "c1_mcp_http_requests_in_flight"),
    }).toEqual({ created: 1, guarded: 1, timed: 2, renewals: 1, refused: 1, answered: 4, inFlight: 0 });
    expect(text).toMatch(
      /c1_mcp_upstream_request_duration_seconds_count\{operation="[^"]+",answer="2xx"\} [1-9]/,
    );
    expect(text).toContain("process_resident_memory_bytes");
    // Labels that callers could choose would grow without limit.
    expect(text).not.toContain("no_such_tool");
    const { origin } = new URL(metricsUrl);
    expect((await fetch(origin)).status).toBe(404);
    expect((await fetch(metricsUrl, { method: "POST" })).status).toBe(404);
  });

  it.each([
    ["127.0.0.1", [200, 200, 403, 403, 400]],
    ["0.0.0.0", [200, 200, 200, 200, 200]],
  ])("on %s are kept from web pages if that is loopback", async (host, statuses) => {
    const { metricsUrl = "" } = await start({ C1_MCP_ADMIN_PORT: "0", C1_MCP_ADMIN_HOST: host });
    const port = Number(new URL(metricsUrl).port);
    const get = async (...headers: string[]) =>
      statusOf(await sendRaw(port, `GET /metrics HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`));
    expect([
      await get(`Host: 127.0.0.1:${port}`),
      await get(`Host: localhost:${port}`),
      await get(`Host: rebound.example:${port}`),
      await get(`Host: localhost:${port}`, "Origin: http://rebound.example"),
      await get(`Host: localhost:${port}`, "Host: rebound.example"),
    ]).toEqual(statuses);
  });

  it("include the age of the OAuth issuer's keys, once a probe has fetched them", async () => {
    const oauth = await startOAuthServer();
    const { url, metricsUrl = "" } = await start({
      C1_MCP_ADMIN_PORT: "0",
      C1_MCP_OAUTH_ISSUER: oauth.issuer,
      C1_MCP_OAUTH_AUDIENCE: "https://mcp.acme.example/mcp",
    });
    const readAge = async () =>
      readValue(await (await fetch(metricsUrl)).text(), "c1_mcp_oauth_keys_age_seconds");
    // Prometheus's form of JavaScript's Infinity.
    expect(await readAge()).toBeNaN();
    expect(await (await fetch(new URL("/readyz", url))).json()).toEqual({ status: "ok" });
    expect(await readAge()).toBeGreaterThanOrEqual(0);
    await oauth.close();
  });

  it("and readiness tell of outcomes that the audit file did not store, starting from zero", async () => {
    const gone = join(folder, "gone");
    mkdirSync(gone);
    const { url, metricsUrl = "" } = await start({
      C1_MCP_ADMIN_PORT: "0",
      C1_MCP_AUDIT_FILE: join(gone, "audit.jsonl"),
    });
    // Removed only now, because a server does not start without the folder.
    rmSync(gone, { recursive: true });
    const lost = async () =>
      readValue(await (await fetch(metricsUrl)).text(), "c1_mcp_audit_records_lost_total");
    expect(await lost()).toBe(0);
    const ready = async () => (await fetch(new URL("/readyz", url))).text();
    expect(await ready()).toBe('{"status":"ok"}');
    await post(url, tool("create_app", { displayName: "Refused" }), AUTH);
    await post(url, tool("create_app", { name: "no such argument" }), AUTH);
    await post(url, tool("whoami", {}), AUTH);
    expect(await lost()).toBe(2);
    expect(await ready()).toBe('{"status":"degraded","degraded":["audit_file"]}');
    mkdirSync(gone);
    await post(url, tool("create_app", { displayName: "Not refused", dryRun: true }), AUTH);
    expect(await lost()).toBe(2);
    expect(await ready()).toBe('{"status":"ok"}');
  });

  it("on a port in use prevent the server from starting", async () => {
    const { url } = await start();
    const second = spawnServer(["http", "--sandbox", "--port", "0"], {
      C1_MCP_ADMIN_PORT: new URL(url).port,
    });
    expect(await second.exit).toBe(2);
    expect(second.stderr.join()).toContain("Cannot listen on 127.0.0.1");
  });

  it("on an address that this machine does not have prevent the server from starting", async () => {
    const server = spawnServer(["http", "--sandbox", "--port", "0"], {
      C1_MCP_ADMIN_PORT: "0",
      C1_MCP_ADMIN_HOST: "192.0.2.1",
    });
    expect(await server.exit).toBe(2);
    expect(server.stderr.join()).toContain("Cannot listen on 192.0.2.1");
  });
});

describe("a caller's trace", () => {
  it.each([
    ["header, 2025", {}, { traceparent: parent(TRACE) }],
    ["_meta, 2025", { traceparent: parent(TRACE) }, {}],
    ["_meta before header, 2025", { traceparent: parent(TRACE) }, { traceparent: parent(OTHER_TRACE) }],
  ])("by %s is in log, audit record and requests to C1", async (what, meta, headers) => {
    const file = join(folder, `${what}.jsonl`);
    const { server, url } = await start({ C1_MCP_AUDIT_FILE: file, C1_MCP_LOG_LEVEL: "debug" });
    const seen = relay.seen.length;
    await post(url, tool("create_app", { displayName: `By ${what}` }, meta), { ...AUTH, ...headers });
    const [audit] = auditsIn(server.stderr);
    expect(audit).toMatchObject({ tool: "create_app", principal: "token-1", traceId: TRACE });
    const [begin, ...kept] = readFileSync(file, "utf8").trim().split("\n");
    expect(JSON.parse(begin ?? "")).not.toHaveProperty("traceId");
    expect(kept).toHaveLength(2);
    for (const line of kept)
      expect(JSON.parse(line)).toMatchObject({ traceId: TRACE, spanId: audit?.spanId });
    const sent = relay.seen.slice(seen);
    expect(sent.length).toBeGreaterThan(2);
    for (const { headers: outgoing } of sent)
      expect(outgoing.traceparent).toBe(`00-${TRACE}-${audit?.spanId}-01`);
    const lines = logsIn(server.stderr).filter(({ msg }) => msg === "C1 request");
    for (const line of lines) expect(line.traceId).toBe(TRACE);
    expect(JSON.stringify(sent)).not.toContain(TOKEN);
  });

  it("by _meta of the 2026 era, and over stdio", async () => {
    const { server, url } = await start();
    const call = modernRequest(1, "tools/call", tool("create_app", { displayName: "Traced 2026" }).params);
    Object.assign((call.params as unknown as { _meta: object })._meta, { traceparent: parent(TRACE) });
    await post(url, call, { ...AUTH, ...modernHeaders(call) });
    expect(auditsIn(server.stderr)).toMatchObject([{ traceId: TRACE }]);

    const stdio = spawnServer(["stdio", "--sandbox"]);
    await stdio.initialize();
    await stdio.request(
      "tools/call",
      tool("create_app", { displayName: "A" }, { traceparent: parent(TRACE) }).params,
    );
    await stdio.request("tools/call", tool("create_app", { displayName: "B" }).params);
    const [first, second] = auditsIn(stdio.stderr);
    expect(first?.traceId).toBe(TRACE);
    expect(second).not.toHaveProperty("traceId");
  });
});

it("a caller who leaves calls behind has them counted as concurrent until they end", async () => {
  const { server, url } = await start({ C1_MCP_MAX_CONCURRENT: "2" });
  await post(url, tool("whoami", {}), AUTH);
  tenant.sandbox.faults.add({ match: { operation: "apps.search" }, do: { kind: "silence" }, times: 2 });
  for (const query of ["left first", "left second"]) {
    const caller = new AbortController();
    const left = fetch(url, {
      method: "POST",
      headers: { ...AUTH, "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify(tool("find_apps", { query })),
      signal: caller.signal,
    }).catch(() => undefined);
    await until("the request", () => relay.seen.some(({ body }) => body.includes(query)));
    caller.abort();
    await left;
  }
  const refused = await post(url, tool("whoami", {}), AUTH);
  expect(refused.status).toBe(429);
  expect(refused.text).toContain("no more than 2 requests of one caller at a time");
  server.kill("SIGKILL");
  tenant.sandbox.faults.clear();
});

describe("SIGTERM", () => {
  const stopsIn = ({ stderr }: Spawned) => logsIn(stderr).filter(({ msg }) => /^stopp/.test(String(msg)));

  it("ends readiness first while the server still responds; then exit 0", async () => {
    const { server, url } = await start({ C1_MCP_SHUTDOWN_DELAY_MS: "1500" });
    const ready = async () => (await fetch(new URL("/readyz", url))).status;
    expect(await ready()).toBe(200);
    server.kill("SIGTERM");
    let status = 200;
    for (let tries = 0; tries < 100 && status === 200; tries += 1) status = await ready();
    expect(status).toBe(503);
    expect((await post(url, tool("whoami", {}), AUTH)).status).toBe(200);
    expect(await server.exit).toBe(0);
    expect(stopsIn(server)).toMatchObject([
      { msg: "stopping", signal: "SIGTERM", running: 0 },
      { msg: "stopped", cutOff: 0 },
    ]);
  });

  it("ends calls that exceed the limit, and their audit records are written", async () => {
    tenant.sandbox.faults.add({ match: { operation: "apps.create" }, do: { kind: "latency", ms: 20_000 } });
    const { server, url } = await start({ C1_MCP_DRAIN_MS: "300" });
    const running = post(url, tool("create_app", { displayName: "Too slow" }), AUTH).catch(() => undefined);
    await until("the write", () => relay.seen.some(({ body }) => body.includes("Too slow")));
    await until("the sending", () => server.stderr.some((line) => line.includes("sending a write")));
    server.kill("SIGTERM");
    expect((await running)?.text).toContain("[outcome_unknown]");
    expect(await server.exit).toBe(0);
    expect(auditsIn(server.stderr)).toMatchObject([{ tool: "create_app", changed: "maybe" }]);
    expect(stopsIn(server)).toMatchObject([
      { msg: "stopping", signal: "SIGTERM", running: 1 },
      { msg: "stopped", cutOff: 1 },
    ]);
  });

  it("ends calls that exceed the limit although their caller has left", async () => {
    tenant.sandbox.faults.add({ match: { operation: "apps.create" }, do: { kind: "latency", ms: 20_000 } });
    const { server, url } = await start({ C1_MCP_DRAIN_MS: "300" });
    const caller = new AbortController();
    const left = fetch(url, {
      method: "POST",
      headers: { ...AUTH, "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify(tool("create_app", { displayName: "Left alone" })),
      signal: caller.signal,
    }).catch(() => undefined);
    await until("the write", () =>
      relay.seen.some(({ body }) => body.includes('"displayName":"Left alone"')),
    );
    await until("the sending", () => server.stderr.some((line) => line.includes("sending a write")));
    caller.abort();
    await left;
    server.kill("SIGTERM");
    expect(await server.exit).toBe(0);
    expect(auditsIn(server.stderr)).toMatchObject([{ tool: "create_app", changed: "maybe" }]);
    expect(stopsIn(server)).toMatchObject([
      { msg: "stopping", signal: "SIGTERM", running: 1 },
      { msg: "stopped", cutOff: 1 },
    ]);
  });
});

it("a start does not load what it may never need: signatures, metrics, the C1 client", async () => {
  const recorder = pathToFileURL(join(ROOT, "test", "support", "recorder.mjs")).href;
  const server = spawnServer(
    ["http", "--port", "0"],
    { ...tenant.env, C1_MCP_HTTP_TOKEN: TOKEN },
    {
      nodeArgs: ["--import", recorder],
    },
  );
  const loaded = () =>
    logsIn(server.stderr).flatMap(
      ({ recorded }) => /^load (.*\/dist\/.*\.js)$/.exec(String(recorded))?.[1] ?? [],
    );
  await until("the address", () => logOf(server).url !== undefined);
  const code = loaded()
    .map((path) => readFileSync(fileURLToPath(new URL(path, "file:")), "utf8"))
    .join("\n");
  expect(code).toContain("/readyz");
  // Texts that occur only in jose, prom-client and undici.
  for (const mark of ["ERR_JWKS_TIMEOUT", "collectDefaultMetrics", "UND_ERR_CONNECT_TIMEOUT"]) {
    expect(code.includes(mark), mark).toBe(false);
  }
});

it("an invalid token file makes the server unready, and a valid one ready again", async () => {
  const file = join(folder, "tokens");
  writeFileSync(file, `${TOKEN},\n`);
  const { server, url } = await start({ C1_MCP_HTTP_TOKEN: "", C1_MCP_HTTP_TOKEN_FILE: file });
  const ready = async () => (await fetch(new URL("/readyz", url))).text();
  expect(await ready()).toBe('{"status":"ok"}');
  writeFileSync(file, "short");
  expect(await ready()).toBe('{"status":"not ready","failing":["http_token"]}');
  writeFileSync(file, "");
  const refused = await post(url, tool("whoami", {}), AUTH);
  expect(refused.status).toBe(503);
  expect(refused.text).toContain("the server's tokens cannot be read; nothing was done");
  expect(refused.headers.get("retry-after")).toBe("5");
  expect(logsIn(server.stderr)).toContainEqual(
    expect.objectContaining({ msg: "the bearer tokens cannot be read" }),
  );
  writeFileSync(file, `the-next-token-of-all\n${TOKEN}`);
  expect(await ready()).toBe('{"status":"ok"}');
  for (const token of [TOKEN, "the-next-token-of-all"]) {
    expect((await post(url, tool("whoami", {}), { authorization: `Bearer ${token}` })).status).toBe(200);
  }
});
