import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APPS } from "../../src/sandbox/seed.ts";
import { ask, CONSENT, readContent, readEnd, readQuestion } from "../fixture/consent.ts";
import { isQuestion, messageFrom, messagesOf, openSession } from "../fixture/session-by-hand.ts";
import { auditsIn, spawnHttp, startTenant, type Tenant } from "../fixture/tenant.ts";
import { modernRequest } from "../fixture/wire.ts";
import { killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

let tenant: Tenant;

beforeAll(async () => {
  tenant = await startTenant();
});

afterAll(async () => {
  await killSpawned();
  await tenant.sandbox.close();
});

const KEY = { C1_MCP_STATE_KEY: "s".repeat(40) };
const environment = () => ({ ...tenant.env, C1_MCP_WRITES: "confirm", ...KEY });
const start = (env: Record<string, string> = {}) => spawnServer(["stdio"], { ...environment(), ...env });

describe("a client of the 2025 era over stdio", () => {
  const APP = { displayName: "Stdio CRM", owners: ["jane.doe@acme.example"] };

  let calls = 0;

  const open = () => openSession(environment(), { elicitation: {} });

  /** Makes a call and waits for the server's question. `id` is that of the question, `call` that of the call. */
  async function callUntilAsked(server: Spawned, args: object = APP) {
    calls += 1;
    const call = `call-${calls}`;
    const before = messagesOf(server).filter(isQuestion).length;
    const params = { name: "create_app", arguments: args };
    server.send({ jsonrpc: "2.0", id: call, method: "tools/call", params });
    await until("the question", () => messagesOf(server).filter(isQuestion).length > before);
    return { server, call, id: messagesOf(server).filter(isQuestion).at(-1)?.id, writes: tenant.writes() };
  }

  /** For calls that leave their session as it was. */
  let shared: Spawned;
  beforeAll(() => {
    shared = open();
  });

  const endOf = async (server: Spawned, call: string) => {
    const { result } = await messageFrom(server, "the end of the call", ({ id }) => id === call);
    return readContent(result).text;
  };

  it("any answer but a plain yes is no consent", async () => {
    const answers: [answer: object, words: RegExp][] = [
      [{ result: { action: "decline" } }, /said no/],
      [{ result: { action: "cancel" } }, /closed the question/],
      [{ result: { action: "accept" } }, /said no|no way to ask/],
      [{ result: { action: "accept", content: { confirm: false } } }, /said no/],
      [{ result: { action: "accept", content: { confirm: "true" } } }, /said no|no way to ask/],
      [{ result: { action: "yes", content: { confirm: true } } }, /said no|no way to ask/],
      [{ error: { code: -32603, message: "no dialog here" } }, /no way to ask/],
      [{ result: {} }, /said no|no way to ask/],
    ];
    for (const [answer, words] of answers) {
      const { server, id, call, writes } = await callUntilAsked(shared);
      server.send({ jsonrpc: "2.0", id, ...answer });
      const text = await endOf(server, call);
      expect(text).toMatch(/^\[declined\] /);
      expect(text).toMatch(words);
      expect(tenant.writes()).toBe(writes);
    }
  });

  it("an answer under another id is ignored, and the call continues to wait", async () => {
    const { server, call, writes } = await callUntilAsked(open());
    server.send({ jsonrpc: "2.0", id: 4711, result: { action: "accept", content: { confirm: true } } });
    expect((await server.request("ping")).result).toEqual({});
    expect(messagesOf(server).some(({ id }) => id === call)).toBe(false);
    expect(tenant.writes()).toBe(writes);
  });

  it("a client that cancels while the person decides gets no response, and nothing is written", async () => {
    const { server, id, call, writes } = await callUntilAsked(shared);
    const before = auditsIn(server.stderr).length;
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: call } });
    await until("the audit record", () => auditsIn(server.stderr).length === before + 1);
    expect(auditsIn(server.stderr).at(-1)).toMatchObject({ outcome: "cancelled", changed: "no" });
    server.send({ jsonrpc: "2.0", id, result: { action: "accept", content: { confirm: true } } });
    await server.request("ping");
    expect(messagesOf(server).some((message) => message.id === call)).toBe(false);
    expect(tenant.writes()).toBe(writes);
  });

  it("nothing is written for a client that disconnects while the person decides", async () => {
    const { server, writes } = await callUntilAsked(open());
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(tenant.writes()).toBe(writes);
  });

  it("an app of the same name that appears meanwhile was not shown to the person: the consent is void", async () => {
    const { server, id, call, writes } = await callUntilAsked(shared, { ...APP, ifExists: "create" });
    tenant.sandbox.state.apps.push({
      ...APPS.wiki,
      id: "2zTwinOfTheAppInTheTest0000",
      displayName: APP.displayName,
    });
    server.send({ jsonrpc: "2.0", id, result: { action: "accept", content: { confirm: true } } });
    const text = await endOf(server, call);
    tenant.sandbox.state.apps.pop();
    expect(text).toMatch(/^\[declined\] .*what they agreed to has changed/);
    expect(tenant.writes()).toBe(writes);
  });

  it("the reference is resolved again after the answer: if it now means somebody else, the consent is void", async () => {
    const { server, id, call, writes } = await callUntilAsked(shared);
    const jane = tenant.sandbox.state.users.find(({ email }) => email === "jane.doe@acme.example");
    const sam = tenant.sandbox.state.users.find(({ email }) => email === "sam.lee@acme.example");
    if (!jane || !sam) throw new Error("the seed has changed");
    Object.assign(jane, { email: "jane.moved@acme.example", emails: ["jane.moved@acme.example"] });
    Object.assign(sam, { email: "jane.doe@acme.example", emails: ["jane.doe@acme.example"] });
    // In real time, because the server is another process: it repeats only checks that are older than a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    server.send({ jsonrpc: "2.0", id, result: { action: "accept", content: { confirm: true } } });
    const text = await endOf(server, call);
    Object.assign(jane, {
      email: "jane.doe@acme.example",
      emails: ["jane.doe@acme.example", "jdoe@acme.example"],
    });
    Object.assign(sam, { email: "sam.lee@acme.example", emails: ["sam.lee@acme.example"] });
    expect(text).toMatch(/^\[declined\] .*changed/);
    expect(tenant.writes()).toBe(writes);
  });
});

describe("revision 2026-07-28 over stdio", () => {
  const args = { displayName: "Stdio modern" };
  const call = (id: number, arguments_: object, round: object = {}) =>
    modernRequest(id, "tools/call", { name: "create_app", arguments: arguments_, ...round });

  it("asks and writes as over HTTP", async () => {
    const server = start();
    const written = { displayName: "Stdio written" };
    server.send(call(1, written));
    const { state } = readQuestion(await messageFrom(server, "the question", ({ id }) => id === 1));
    server.send(call(2, written, { requestState: state, inputResponses: CONSENT }));
    expect(readEnd(await messageFrom(server, "the end", ({ id }) => id === 2)).isError).toBe(false);
    expect(tenant.apps()).toContain("Stdio written");
  });

  it("rejects a consent that another caller was asked for, even with the same key", async () => {
    const writes = tenant.writes();
    const http = await spawnHttp({ ...tenant.env, C1_MCP_WRITES: "confirm", ...KEY });
    const { state } = await ask(http.url, "create_app", args);
    const server = start();
    server.send(call(1, args, { requestState: state, inputResponses: CONSENT }));
    const { error } = await messageFrom(server, "the refusal", ({ id }) => id === 1);
    expect(error?.code).toBe(-32602);
    expect(tenant.writes()).toBe(writes);
  });

  it("asks nobody if the client cannot show a form and there is no page", async () => {
    const server = start({ C1_MCP_PAGE: "off" });
    const unable = modernRequest(1, "tools/call", { name: "create_app", arguments: args }, { forms: false });
    server.send(unable);
    const { isError, text } = readEnd(await messageFrom(server, "the end", ({ id }) => id === 1));
    expect(isError).toBe(true);
    expect(text).toMatch(
      /^\[declined\] .*no way to ask.* C1_MCP_WRITES: .* page, and there is none: C1_MCP_PAGE is off on this server\.$/,
    );
  });
});
