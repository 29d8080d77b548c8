import { expect, it } from "vitest";
import type { AuthorizedCaller } from "../../../src/mcp/caller.ts";
import { createMcpFetch } from "../../../src/mcp/http.ts";
import { modernHeaders, modernRequest } from "../../fixture/wire.ts";
import { createFakeRegistry } from "../../support/fake-registry.ts";

const CALLER: AuthorizedCaller = {
  name: "user:jane",
  scopes: ["c1:read"],
  identity: { kind: "user", issuer: "https://login.acme.example", subject: "jane", claims: { sub: "jane" } },
  mayCall: () => true,
  refuse: () => new Response(),
};

const CALL = { name: "echo", arguments: {} };
const modern = modernRequest(1, "tools/call", CALL);
const legacy = { jsonrpc: "2.0", id: 1, method: "tools/call", params: CALL };

it.each([
  ["2025", legacy, {}],
  ["2026", modern, modernHeaders(modern)],
])("a tool sees the caller whom the front verified, and nobody without authentication (%s)", async (_era, request, more) => {
  const registry = createFakeRegistry();
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...more,
  };
  const head = new Request("http://127.0.0.1/mcp", { method: "POST", headers });
  const fetch = createMcpFetch(registry);
  await fetch(head, JSON.stringify(request), CALLER);
  await fetch(head, JSON.stringify(request));
  const contexts = registry.call.mock.calls.map(([, , context]) => context);
  expect(contexts.map(({ principal }) => principal)).toEqual(["user:jane", "local"]);
  expect(contexts.map(({ caller }) => caller?.identity)).toEqual([CALLER.identity, undefined]);
});
