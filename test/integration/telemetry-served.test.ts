import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { APPS, CONNECTORS } from "../../src/sandbox/seed.ts";
import { createTaskIds } from "../../src/tasks/ids.ts";
import { OKTA, TYPED, visit } from "../fixture/page.ts";
import { TASKS } from "../fixture/task-client.ts";
import { logsIn, startTenant, type Tenant } from "../fixture/tenant.ts";
import { modernRequest, type WireMessage } from "../fixture/wire.ts";
import { type ReceivedSpan, type Receiver, startReceiver } from "../support/otlp-receiver.ts";
import { ROOT } from "../support/sources.ts";
import { killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";
import { askOverHttp, Browser, readLink } from "../support/test-page.ts";
import { until } from "../support/until.ts";

/* Spans of what the server serves besides tool calls: the methods of the tasks extension, and the page. */

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const KEY = "the-state-key-of-this-test-0123456789";
const RECORDER = pathToFileURL(join(ROOT, "test", "support", "recorder.mjs")).href;

/** Something that only the export has in its code. */
const MARK = "application/x-protobuf";

const CANARY = "Canary-7f3a Ltd";
const CANARY_PATH = "Canary-7f3a-Ltd";

let tenant: Tenant;
let receiver: Receiver;
let server: Spawned;

beforeEach(async () => {
  tenant = await startTenant();
  receiver = await startReceiver();
});
afterEach(async () => {
  await killSpawned();
  await receiver.close();
  await tenant.sandbox.close();
});

function start(env: Record<string, string> = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }): void {
  const nodeArgs = ["--import", RECORDER];
  server = spawnServer(["stdio"], { ...tenant.env, C1_MCP_STATE_KEY: KEY, ...env }, { nodeArgs });
}

/** A request within the caller's trace, and its answer. */
async function ask(
  id: string,
  method: string,
  params: object,
  capabilities: object = TASKS,
): Promise<WireMessage> {
  const request = modernRequest(id, method, params, { capabilities });
  Object.assign(request.params._meta, { traceparent: `00-${TRACE}-${PARENT}-01` });
  server.send(request);
  let answer: WireMessage | undefined;
  await until(`the answer to ${method}`, () => {
    answer = server.stdout.map((line) => JSON.parse(line) as WireMessage).find((one) => one.id === id);
    return answer !== undefined;
  });
  return answer as WireMessage;
}

async function end(): Promise<void> {
  server.endInput();
  expect(await server.exit).toBe(0);
}

/** The id of a task that another process would have made. */
function taskId(): string {
  const pending = {
    tool: "sync_connector",
    tenant: new URL(tenant.sandbox.serverUrl).host,
    target: { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id },
    until: Date.now() + 60_000,
    seconds: 60,
  };
  const made = createTaskIds(KEY).make(pending, "local");
  if (!made) throw new Error("the pending wait does not fit");
  return made.id;
}

const serverSpans = () => receiver.spans.filter(({ kind }) => kind === "SPAN_KIND_SERVER");
const under = ({ spanId }: ReceivedSpan) =>
  receiver.spans.filter(({ kind, parentSpanId }) => kind === "SPAN_KIND_CLIENT" && parentSpanId === spanId);

function expectNothingOf(...texts: string[]): void {
  const told = receiver.text();
  for (const text of texts) expect(told, text).not.toContain(text);
}

it("the methods of the tasks extension have spans; those of the looks at C1 are below the poll that made them", async () => {
  start();
  const id = taskId();
  const first = await ask("one", "tasks/get", { taskId: id });
  expect(first.result, JSON.stringify(first)).toMatchObject({ taskId: id });
  // Not due again: nothing is asked.
  await ask("two", "tasks/get", { taskId: id });
  await ask("three", "tasks/update", { taskId: id, inputResponses: { [CANARY]: { action: "decline" } } });
  await ask("four", "tasks/cancel", { taskId: id });
  await ask("five", "tasks/get", { taskId: CANARY });
  await ask("six", "tasks/cancel", { taskId: id }, {});
  await end();
  const spans = serverSpans();
  expect(spans.map(({ name, attributes }) => [name, attributes["error.type"]])).toEqual([
    ["tasks/get", undefined],
    ["tasks/get", undefined],
    ["tasks/update", undefined],
    ["tasks/cancel", undefined],
    ["tasks/get", "-32602"],
    ["tasks/cancel", "-32021"],
  ]);
  for (const { name, traceId, parentSpanId, attributes, status } of spans) {
    const { "error.type": error, ...rest } = attributes;
    expect({ traceId, parentSpanId, rest }).toEqual({
      traceId: TRACE,
      parentSpanId: PARENT,
      rest: { "mcp.method.name": name, "network.transport": "pipe" },
    });
    expect(status === "STATUS_CODE_ERROR").toBe(error !== undefined);
  }
  const [poll, ...others] = spans as [ReceivedSpan, ...ReceivedSpan[]];
  expect(under(poll).map(({ name }) => name)).toContain("GET read the connector");
  expect(others.flatMap(under)).toEqual([]);
  expect(receiver.spans).toHaveLength(spans.length + under(poll).length);
  const durations = receiver.points.filter(({ metric }) => metric === "mcp.server.operation.duration");
  expect(durations.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expectNothingOf(id, CANARY, APPS.hr.id, CONNECTORS.hrOkta.id, KEY, "wire-test", "three");
});

/** Asks for a connector's secret on the page, and types it there. */
async function sendPage() {
  const args = { ...OKTA, description: CANARY };
  const asked = await ask("call", "tools/call", { name: "create_connector", arguments: args }, {});
  const [{ text = "" } = {}] = (asked.result?.content ?? []) as { text: string }[];
  const link = readLink(text);
  const browser = new Browser(askOverHttp);
  expect((await visit(browser, link)).text).toMatch(/^Sent\./);
  return { link, browser };
}

it("each request for the page has a span, and what it sends to C1 is below that", async () => {
  start();
  const { link, browser } = await sendPage();
  await browser.open(new URL("style.css", link.url).href);
  await browser.open(`${link.url}${CANARY_PATH}`);
  await browser.open(new URL(`/${CANARY_PATH}`, link.url).href);
  await end();
  const requests = serverSpans().filter(({ attributes }) => "http.request.method" in attributes);
  expect(requests.map(({ name, attributes }) => [name, attributes])).toEqual([
    ["GET /page/{link}", page("GET", "/page/{link}", 200)],
    ["POST /page/{link}", page("POST", "/page/{link}", 200)],
    ["GET /page/style.css", page("GET", "/page/style.css", 200)],
    ["GET /page/{link}", page("GET", "/page/{link}", 404)],
    ["GET", page("GET", undefined, 404)],
  ]);
  const [, sent] = requests as [ReceivedSpan, ReceivedSpan];
  // A browser's request is no part of the trace of the call that asked.
  expect(sent).toMatchObject({ parentSpanId: "", status: "STATUS_CODE_UNSET" });
  expect(sent.traceId).not.toBe(TRACE);
  expect(under(sent).map(({ name }) => name)).toContain("POST create the connector");
  const parents = new Set(serverSpans().map(({ spanId }) => spanId));
  for (const { kind, parentSpanId } of receiver.spans)
    if (kind === "SPAN_KIND_CLIENT") expect(parents).toContain(parentSpanId);
  const done = logsIn(server.stderr).filter(
    ({ record, outcome }) => record === "outcome" && outcome === "ok",
  );
  expect(done).toMatchObject([{ traceId: sent.traceId, spanId: sent.spanId }]);
  const durations = receiver.points.filter(({ metric }) => metric === "http.server.request.duration");
  expect(durations.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  expect(durations.every(({ unit }) => unit === "s")).toBe(true);
  const handle = new URL(link.url).pathname.split("/").at(-1) ?? "";
  const [cookie = ""] = browser.cookies.values();
  expectNothingOf(handle, link.code, cookie, TYPED, CANARY, CANARY_PATH, "acme.okta.example", APPS.wiki.id);
});

it.each([
  ["on", true],
  ["off", false],
])("with the export %s its code is loaded for them: %s", async (_how, isOn) => {
  start(isOn ? undefined : {});
  await ask("poll", "tasks/get", { taskId: taskId() });
  await sendPage();
  await end();
  const files = server.stderr.flatMap((line) => {
    const { recorded = "" } = JSON.parse(line) as { recorded?: string };
    return /^load (?:file:\/\/)?(\/.*\.js)$/.exec(recorded)?.[1] ?? [];
  });
  expect(files.length).toBeGreaterThan(5);
  expect(files.some((file) => readFileSync(file, "utf8").includes(MARK))).toBe(isOn);
});

function page(method: string, route: string | undefined, status: number) {
  return {
    "http.request.method": method,
    "url.scheme": "http",
    "http.response.status_code": status,
    ...(route !== undefined && { "http.route": route }),
  };
}
