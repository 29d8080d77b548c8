import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_SECRETS, DEMO_STEPS, type Facts } from "../../src/cli/demo-steps.ts";
import { HTTP_TOKEN, logsIn, spawnHttp, startTenant, type Tenant } from "../fixture/tenant.ts";
import { type ReceivedSpan, type Receiver, startReceiver } from "../support/otlp-receiver.ts";
import { startRelay } from "../support/relay.ts";
import { ROOT } from "../support/sources.ts";
import { killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const KEY = "collector-key-0123456789";

let tenant: Tenant;
let receiver: Receiver;

beforeEach(async () => {
  tenant = await startTenant();
});
afterEach(async () => {
  await killSpawned();
  await receiver.close();
  await tenant.sandbox.close();
});

async function start(
  answer?: Parameters<typeof startReceiver>[0],
  env: Record<string, string> = {},
): Promise<Spawned> {
  receiver = await startReceiver(answer);
  const server = spawnServer(["stdio"], {
    ...tenant.env,
    ...DEMO_SECRETS,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${KEY}`,
    ...env,
  });
  await server.initialize();
  return server;
}

interface Answer {
  readonly isError?: boolean;
  readonly structuredContent?: Record<string, unknown>;
  readonly content: readonly { readonly text: string }[];
}

/** Makes a call within the caller's trace, unless that is switched off. */
async function call(server: Spawned, name: string, args: object, traceparent?: string): Promise<Answer> {
  const _meta = traceparent === undefined ? {} : { traceparent };
  const { result } = await server.request("tools/call", { name, arguments: args, _meta });
  return result as unknown as Answer;
}

async function end(server: Spawned): Promise<void> {
  server.endInput();
  expect(await server.exit).toBe(0);
}

describe("the demo's job", () => {
  it("is one trace under the caller's span: a span per call, and below it one per request to C1", async () => {
    const server = await start();
    const facts: Facts = {};
    const args: unknown[] = [];
    const answers: Answer[] = [];
    for (const step of DEMO_STEPS) {
      args.push(step.args(facts));
      const answer = await call(server, step.tool, step.args(facts), `00-${TRACE}-${PARENT}-01`);
      answers.push(answer);
      step.check(
        {
          value: answer.structuredContent ?? {},
          text: answer.content[0]?.text ?? "",
          isError: answer.isError === true,
        } as never,
        facts,
      );
    }
    const sent = tenant.sandbox.requests.length;
    await end(server);

    const calls = receiver.spans.filter(({ kind }) => kind === "SPAN_KIND_SERVER");
    expect(calls.map(({ name }) => name)).toEqual(DEMO_STEPS.map(({ tool }) => `tools/call ${tool}`));
    for (const [index, span] of calls.entries()) {
      expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT });
      const failed = answers[index]?.isError === true;
      expect(span.attributes).toMatchObject({
        "mcp.method.name": "tools/call",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": DEMO_STEPS[index]?.tool,
        "network.transport": "pipe",
        ...(failed ? { "error.type": "tool_error" } : { "c1_mcp.outcome": "ok" }),
      });
      expect(span.status).toBe(failed ? "STATUS_CODE_ERROR" : span.status);
    }
    const requests = receiver.spans.filter(({ kind }) => kind === "SPAN_KIND_CLIENT");
    expect(requests).toHaveLength(sent);
    const ids = new Set(calls.map(({ spanId }) => spanId));
    for (const span of requests) {
      expect(span.traceId).toBe(TRACE);
      expect(ids).toContain(span.parentSpanId);
      expect(Object.keys(span.attributes).sort()).toEqual(
        expect.arrayContaining([
          "c1_mcp.api.operation",
          "http.request.method",
          "http.response.status_code",
          "server.address",
          "server.port",
        ]),
      );
    }
    const durations = receiver.points.filter(({ metric }) => metric === "mcp.server.operation.duration");
    expect(durations.every(({ unit }) => unit === "s")).toBe(true);
    expect(durations.reduce((sum, { count }) => sum + count, 0)).toBe(DEMO_STEPS.length);
    expect(receiver.resources[0]).toMatchObject({ "service.name": "c1-admin-mcp" });
    expect(receiver.headers[0]).toMatchObject({ "x-api-key": KEY, "content-type": "application/x-protobuf" });

    const docs = readFileSync(join(ROOT, "docs", "telemetry.md"), "utf8");
    expect(docs).toContain(`\`\`\`text\n${draw(calls, requests)}\n\`\`\``);

    // No texts of arguments and results, no secrets, no callers.
    const told = receiver.text();
    const texts = [
      args,
      answers.map(({ structuredContent }) => structuredContent),
      Object.values(DEMO_SECRETS),
      "spawn-test",
    ];
    const open = [...DEMO_STEPS.map(({ tool }) => tool), "sandbox"];
    for (const text of textsIn(texts)) if (!open.includes(text)) expect(told).not.toContain(text);
    expect(told).not.toContain(tenant.env.CONDUCTORONE_CLIENT_SECRET);
    expect(told).not.toContain(tenant.env.CONDUCTORONE_CLIENT_ID);
    expect(server.stderr.join("\n")).not.toContain(KEY);
  });
});

/** The trace in the form of docs/telemetry.md; the number of requests depends on timing. */
function draw(calls: readonly ReceivedSpan[], requests: readonly ReceivedSpan[]): string {
  const lines = calls.flatMap(({ name, spanId, attributes }) => {
    const under = requests.filter(({ parentSpanId }) => parentSpanId === spanId);
    const outcome = attributes["c1_mcp.outcome"];
    const head = `├─ ${name}${outcome === "ok" ? "" : `   error.type=tool_error c1_mcp.outcome=${outcome}`}`;
    return [head, ...[...new Set(under.map((span) => span.name))].sort().map((request) => `│    ${request}`)];
  });
  return ["the caller's span", ...lines].join("\n");
}

/** Every longer text in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length > 7 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

it("a call without a trace starts one; log lines, audit records and requests name it", async () => {
  const relay = await startRelay();
  relay.target = tenant.sandbox.serverUrl;
  const server = await start("take", { C1_MCP_LOG_LEVEL: "debug", CONDUCTORONE_SERVER_URL: relay.url });
  await call(server, "create_app", { displayName: "Acme CRM" });
  await end(server);
  await relay.close();
  const [span] = receiver.spans.filter(({ kind }) => kind === "SPAN_KIND_SERVER");
  expect(span?.parentSpanId).toBe("");
  const outcome = logsIn(server.stderr).find(({ record }) => record === "outcome");
  expect(outcome).toMatchObject({ traceId: span?.traceId, spanId: span?.spanId });
  const request = logsIn(server.stderr).find(({ msg }) => msg === "C1 request");
  expect(request?.traceId).toBe(span?.traceId);
  const requests = receiver.spans.filter(({ kind }) => kind === "SPAN_KIND_CLIENT");
  const parents = requests.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
  expect(relay.seen.map(({ headers }) => headers.traceparent).sort()).toEqual(parents.sort());
});

it("over HTTP the request's header is the parent, and the transport is TCP", async () => {
  receiver = await startReceiver();
  const env = { ...tenant.env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
  const { url, process } = await spawnHttp(env);
  const params = { name: "whoami", arguments: {} };
  await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${HTTP_TOKEN}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      traceparent: `00-${TRACE}-${PARENT}-01`,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  process.kill("SIGTERM");
  expect(await process.exit).toBe(0);
  const [span] = receiver.spans.filter(({ kind }) => kind === "SPAN_KIND_SERVER");
  expect(span).toMatchObject({
    traceId: TRACE,
    parentSpanId: PARENT,
    attributes: { "network.transport": "tcp" },
  });
  expect(receiver.text()).not.toContain(HTTP_TOKEN);
});

it("a caller's decision not to sample is kept", async () => {
  const server = await start();
  await call(server, "whoami", {}, `00-${TRACE}-${PARENT}-00`);
  await end(server);
  expect(receiver.spans).toEqual([]);
  expect(receiver.points.length).toBeGreaterThan(0);
});

it("an unknown tool is not named, and no failure hides its code", async () => {
  const server = await start();
  await server.request("tools/call", { name: "rm_canary_tool", arguments: {} });
  await call(server, "create_app", { displayNam: "x" });
  await end(server);
  expect(receiver.spans).toMatchObject([
    { name: "tools/call", attributes: { "error.type": "-32602" } },
    {
      name: "tools/call create_app",
      attributes: { "error.type": "tool_error", "c1_mcp.outcome": "invalid_arguments" },
    },
  ]);
  expect(receiver.text()).not.toContain("canary");
});

describe("an OpenTelemetry collector", () => {
  it.each([
    "fail",
    "hang",
  ] as const)("that only %s delays neither a call nor the end of the process", async (answer) => {
    const server = await start(answer, { OTEL_METRIC_EXPORT_INTERVAL: "100" });
    for (let count = 0; count < 20; count += 1)
      expect((await call(server, "whoami", {})).isError).not.toBe(true);
    await end(server);
    expect(receiver.headers.length).toBeGreaterThan(0);
    expect(server.stderr.join("\n")).not.toContain(KEY);
  });

  it("that is unavailable is reported once", async () => {
    const server = await start("take", {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://jane:hunter22@127.0.0.1:9/x?key=canary",
      OTEL_METRIC_EXPORT_INTERVAL: "100",
    });
    expect((await call(server, "whoami", {})).isError).not.toBe(true);
    const warned = () => logsIn(server.stderr).filter(({ msg }) => String(msg).includes("OpenTelemetry"));
    await until("the warning", () => warned().length > 0);
    await end(server);
    expect(warned()).toMatchObject([
      {
        msg: expect.stringMatching(
          /^OpenTelemetry could not export to 127\.0\.0\.1:9 \((?:ECONNREFUSED|timed out)\); C1_MCP_LOG_LEVEL=debug says more$/,
        ),
      },
    ]);
    expect(server.stderr.join("\n")).not.toMatch(/hunter22|canary/);
  });
});

it.each([
  ["without its scheme", "OTEL_EXPORTER_OTLP_ENDPOINT", "hunter22@localhost:4318"],
  ["with another scheme", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "grpc://hunter22@localhost:4317"],
  ["without its host", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http:///hunter22"],
])("a collector's address %s is told at the start, by its variable", async (_what, name, value) => {
  const server = await start("take", { [name]: value });
  expect((await call(server, "whoami", {})).isError).not.toBe(true);
  await end(server);
  const warned = logsIn(server.stderr).filter(({ level }) => Number(level) >= 40);
  expect(warned.map(({ msg }) => msg)).toEqual([
    `${name} must begin with http:// or https://, and name a host: nothing is exported`,
  ]);
  expect(server.stderr.join("\n")).not.toContain("hunter22");
  expect(receiver.headers).toEqual([]);
});

it.each([
  ["the SDK is switched off", { OTEL_SDK_DISABLED: "true" }],
  ["another protocol is asked for", { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }],
  ["neither traces nor metrics are wanted", { OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" }],
])("nothing is sent when %s", async (_what, env) => {
  const server = await start("take", env);
  expect((await call(server, "whoami", {})).isError).not.toBe(true);
  await end(server);
  expect(receiver.headers).toEqual([]);
});
