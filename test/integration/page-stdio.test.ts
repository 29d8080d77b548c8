import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { OKTA, TYPED, visit } from "../fixture/page.ts";
import { isQuestion, messageFrom, messagesOf, openSession } from "../fixture/session-by-hand.ts";
import { auditsIn, startTenant, type Tenant } from "../fixture/tenant.ts";
import { MODERN, modernRequest, type WireMessage } from "../fixture/wire.ts";
import { killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";
import { askOverHttp, Browser, readLink } from "../support/test-page.ts";
import { until } from "../support/until.ts";

let tenant: Tenant;

beforeAll(async () => {
  tenant = await startTenant();
});
afterEach(killSpawned);
afterAll(() => tenant.sandbox.close());

let calls = 0;

/** One connector per test: they differ by their descriptions, and `create` allows several. */
const argsOf = () => {
  calls += 1;
  return { ...OKTA, ifExists: "create", description: `call ${calls}` };
};

const environment = () => ({ ...tenant.env, C1_MCP_LOG_LEVEL: "trace" });

const open = (elicitation: object | undefined) =>
  openSession(environment(), elicitation === undefined ? {} : { elicitation });

const callTool = (server: Spawned, id: string, args: object) =>
  server.send({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name: "create_connector", arguments: args },
  });

const contentOf = ({ result }: WireMessage) => ((result?.content ?? []) as { text: string }[])[0]?.text ?? "";

const browse = () => new Browser(askOverHttp);

interface Question {
  readonly mode: string;
  readonly url: string;
  readonly message: string;
  readonly elicitationId: string;
}

/** Makes a call and waits for the link that the server asks the client to show. */
async function callUntilAsked(server: Spawned) {
  callTool(server, "call", argsOf());
  const message = await messageFrom(server, "the link", isQuestion);
  const question = message.params as unknown as Question;
  return { id: message.id, ...question, code: /code: (\w{6})$/.exec(question.message)?.[1] ?? "" };
}

function expectNoSecret(server: Spawned): void {
  expect([...server.stdout, ...server.stderr].join("\n")).not.toContain(TYPED);
}

const isRefused = (url: string) =>
  browse()
    .open(url)
    .then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED",
    );

describe("a 2025 client that shows links", () => {
  it.each([
    ["none", undefined],
    ["an empty one, as Codex", {}],
  ])("gets the result when the page is done, after answering with %s content", async (_what, content) => {
    const server = open({ form: {}, url: {} });
    const asked = await callUntilAsked(server);
    expect(asked).toMatchObject({
      mode: "url",
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/page\/[\w-]{43}$/),
    });
    const writes = tenant.writes();
    server.send({ jsonrpc: "2.0", id: asked.id, result: { action: "accept", ...(content && { content }) } });
    expect((await visit(browse(), asked)).text).toMatch(/^Sent\. C1 is trying it … Created connector/);
    const end = await messageFrom(server, "the end", ({ id }) => id === "call");
    expect(JSON.parse(contentOf(end)).summary).toMatch(/^Created connector/);
    const complete = await messageFrom(
      server,
      "the notice",
      ({ method }) => method === "notifications/elicitation/complete",
    );
    expect(complete.params).toEqual({ elicitationId: asked.elicitationId });
    expect(tenant.writes() - writes).toBe(1);
    const audits = auditsIn(server.stderr);
    expect(new Set(audits.map(({ write }) => write))).toEqual(new Set([asked.elicitationId]));
    expectNoSecret(server);
  });

  it.each([
    ["decline", /^\[declined\] .*said no\. Nothing was changed/],
    ["cancel", /^\[declined\] .*nobody is there\. Nothing was changed/],
  ])("%s closes the page", async (action, words) => {
    const server = open({ url: {} });
    const asked = await callUntilAsked(server);
    server.send({ jsonrpc: "2.0", id: asked.id, result: { action } });
    expect(contentOf(await messageFrom(server, "the end", ({ id }) => id === "call"))).toMatch(words);
    expect((await browse().open(asked.url)).text).toMatch(/^This page is no longer needed/);
  });

  it("cancelling its call closes the page", async () => {
    const server = open({ url: {} });
    const asked = await callUntilAsked(server);
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "call" } });
    await until("the audit record", () => auditsIn(server.stderr).length === 1);
    expect(auditsIn(server.stderr)[0]).toMatchObject({ outcome: "cancelled", changed: "no" });
    expect((await browse().open(asked.url)).text).toMatch(/^This page is no longer needed/);
  });
});

describe("a 2025 client that shows no links", () => {
  it.each([undefined, {}, { form: {} }])("passes on the link, having declared %j", async (elicitation) => {
    const server = open(elicitation);
    const args = argsOf();
    callTool(server, "first", args);
    const text = contentOf(await messageFrom(server, "the link", ({ id }) => id === "first"));
    expect(text).toMatch(/^\[person_needed\] /);
    expect(messagesOf(server).some(isQuestion)).toBe(false);
    expect((await visit(browse(), readLink(text))).text).toMatch(/^Sent\./);
    callTool(server, "second", args);
    const end = await messageFrom(server, "the end", ({ id }) => id === "second");
    expect(JSON.parse(contentOf(end)).summary).toMatch(/^Created connector/);
    expectNoSecret(server);
  });
});

describe("a 2026 client that shows links", () => {
  const request = (id: string, args: object, round: object = {}) => {
    const made = modernRequest(id, "tools/call", { name: "create_connector", arguments: args, ...round });
    const { _meta } = made.params as unknown as { _meta: Record<string, unknown> };
    _meta["io.modelcontextprotocol/clientCapabilities"] = { elicitation: { form: {}, url: {} } };
    return made;
  };
  const start = () => spawnServer(["stdio"], environment());

  it(`of revision ${MODERN} is asked, and gets the result in its next round`, async () => {
    const server = start();
    const args = argsOf();
    server.send(request("one", args));
    const { result } = await messageFrom(server, "the link", ({ id }) => id === "one");
    expect(result).toMatchObject({ resultType: "input_required" });
    const requests = (result?.inputRequests ?? {}) as Record<string, { params: Question }>;
    const { params } = requests.consent ?? {};
    expect(params).toMatchObject({ mode: "url" });
    const code = /code: (\w{6})$/.exec(params?.message ?? "")?.[1] ?? "";
    expect((await visit(browse(), { url: params?.url ?? "", code })).text).toMatch(/^Sent\./);
    const answer = { requestState: result?.requestState, inputResponses: { consent: { action: "accept" } } };
    server.send(request("two", args, answer));
    const end = await messageFrom(server, "the end", ({ id }) => id === "two");
    expect(JSON.parse(contentOf(end)).summary).toMatch(/^Created connector/);
    expect(JSON.stringify(result)).not.toContain("acme.okta.example");
    expectNoSecret(server);
  });

  it("is refused with a state that it altered", async () => {
    const server = start();
    const args = argsOf();
    server.send(request("one", args));
    const { result } = await messageFrom(server, "the link", ({ id }) => id === "one");
    const state = String(result?.requestState);
    const altered = state.slice(0, -1) + (state.endsWith("A") ? "B" : "A");
    server.send(
      request("two", args, { requestState: altered, inputResponses: { consent: { action: "accept" } } }),
    );
    expect((await messageFrom(server, "the refusal", ({ id }) => id === "two")).error?.code).toBe(-32602);
  });

  it("declines in its own words", async () => {
    const server = start();
    const args = argsOf();
    server.send(request("one", args));
    const { result } = await messageFrom(server, "the link", ({ id }) => id === "one");
    const answer = { requestState: result?.requestState, inputResponses: { consent: { action: "decline" } } };
    server.send(request("two", args, answer));
    const end = await messageFrom(server, "the end", ({ id }) => id === "two");
    expect(contentOf(end)).toMatch(/^\[declined\] .*said no\. Nothing was changed/);
  });
});

describe("the end of a session", () => {
  it.each<[string, (server: Spawned) => void]>([
    ["end of input", (server) => server.endInput()],
    ["SIGTERM", (server) => server.kill("SIGTERM")],
  ])("by %s closes an open page", async (_how, end) => {
    const server = open({ url: {} });
    const { url } = await callUntilAsked(server);
    const form = await browse().open(url);
    expect(form.status).toBe(200);
    const writes = tenant.writes();
    end(server);
    expect(await server.exit).toBe(0);
    expect(await isRefused(url)).toBe(true);
    expect(tenant.writes()).toBe(writes);
    expect(auditsIn(server.stderr).every(({ changed }) => changed === "no")).toBe(true);
  });

  it("while a page performs its write leaves a record of the outcome", async () => {
    const server = open({});
    callTool(server, "first", argsOf());
    const text = contentOf(await messageFrom(server, "the link", ({ id }) => id === "first"));
    const link = readLink(text);
    const browser = browse();
    const form = await browser.open(link.url);
    tenant.sandbox.faults.add({
      match: { operation: "connectors.create" },
      do: { kind: "latency", ms: 600 },
    });
    const sent = browser.send(link.url, form, { code: link.code, "secret-0": TYPED }).catch(() => undefined);
    await until("the intent", () => server.stderr.some((line) => line.includes('"record":"intent"')));
    server.endInput();
    expect(await server.exit).toBe(0);
    await sent;
    const [asked, done] = auditsIn(server.stderr);
    expect(asked).toMatchObject({ outcome: "person_needed", changed: "no" });
    expect(done?.write).toBe(asked?.write);
    expect(["ok", "outcome_unknown"]).toContain(done?.outcome);
    expectNoSecret(server);
  });
});
