import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { Head } from "../../../src/http/head.ts";
import { createMcpFetch } from "../../../src/mcp/http.ts";
import { modernHeaders, modernRequest } from "../../fixture/wire.ts";
import { createFakeRegistry } from "../../support/fake-registry.ts";
import { callOf, HELLO, ping } from "../../support/stdio-session.ts";
import { toResponse } from "../../support/to-response.ts";

const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** A head that records what is read, and throws if the class does not declare it. */
function strictHead(headers: Record<string, string> = {}) {
  const request = { method: "POST", url: "/mcp", headers: { host: "127.0.0.1", ...HEADERS, ...headers } };
  const response = Object.assign(new EventEmitter(), { destroyed: false, writableEnded: false });
  const read = new Set<string>();
  const head = new Proxy(
    new Head(request as unknown as IncomingMessage, response as unknown as ServerResponse),
    {
      get(target, name) {
        if (typeof name === "string") {
          const isDeclared = Object.hasOwn(target, name) || Object.hasOwn(Head.prototype, name);
          if (!isDeclared) throw new Error(`the head has no ${name}`);
          read.add(name);
        }
        return Reflect.get(target, name, target);
      },
    },
  );
  return { head, read, response };
}

async function post(body: unknown, headers?: Record<string, string>) {
  const { head, read } = strictHead(headers);
  const response = toResponse(await createMcpFetch(createFakeRegistry())(head, JSON.stringify(body)));
  return { status: response.status, text: await response.text(), read };
}

const withProgress = { ...callOf(1), params: { ...callOf(1).params, _meta: { progressToken: "p" } } };
const CALL = { name: "echo", arguments: {} };

describe("the SDKs read no property of a request's head that it lacks", () => {
  it.each([
    ["initialize", HELLO],
    ["a ping", ping(1)],
    ["a list", { jsonrpc: "2.0", id: 1, method: "tools/list" }],
    ["a call", callOf(1)],
    ["a call with progress", withProgress],
    ["a batch", [callOf(1), callOf(2)]],
  ])("2025: %s", async (what, body) => {
    const { status, text, read } = await post(body);
    expect(status).toBe(200);
    expect(text).toContain('"result"');
    expect(read).toContain(what === "a call" ? "plain" : "headers");
  });

  it("2025: a notification, and an invalid message", async () => {
    expect((await post({ jsonrpc: "2.0", method: "notifications/initialized" })).status).toBe(202);
    expect((await post({ hello: 1 })).status).toBe(400);
  });

  it.each([
    ["discovery", modernRequest(1, "server/discover"), 200],
    ["a list", modernRequest(1, "tools/list"), 200],
    ["a call", modernRequest(1, "tools/call", CALL), 200],
    ["a call with progress", modernRequest(1, "tools/call", CALL, { progressToken: "p" }), 200],
    ["an unknown method", modernRequest(1, "no/such"), 404],
  ])("2026: %s", async (what, request, status) => {
    const got = await post(request, modernHeaders(request));
    expect(got.status).toBe(status);
    expect(got.text).toContain(status === 200 ? '"result"' : '"error"');
    expect(got.read).toContain(what === "a call" ? "plain" : "headers");
  });

  it("2026: a subscription, which ends with its caller", async () => {
    const request = modernRequest("s", "subscriptions/listen", { notifications: { toolsListChanged: true } });
    const { head, read, response } = strictHead(modernHeaders(request));
    const answer = toResponse(await createMcpFetch(createFakeRegistry())(head, JSON.stringify(request)));
    expect(answer.status).toBe(200);
    response.emit("close");
    expect(await answer.text()).toContain("acknowledged");
    expect(read).toContain("signal");
  });
});

it("the plain headers of a request are those that the SDKs read", () => {
  const { head } = strictHead({ "mcp-name": "echo", cookie: "a=b; c=d" });
  for (const name of [...head.headers.keys(), "traceparent", "constructor"])
    expect(head.plain.get(name), name).toBe(head.headers.get(name));
});
