import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, isLegacy, KINDS, type Target } from "../fixture/clients.ts";
import {
  auditsIn,
  HTTP_TOKEN,
  type HttpServer,
  spawnHttp,
  startTenant,
  type Tenant,
} from "../fixture/tenant.ts";
import { killSpawned, MAIN } from "../support/spawn.ts";
import { until } from "../support/until.ts";

/*
 * A client that cancels a call of the real tools on a real tenant. The tenant keeps the server waiting, so an end of the
 * call means that the request to the tenant was given up.
 */

let tenant: Tenant;
let http: HttpServer;
/** Makes the names of apps unique. */
let names = 0;

beforeAll(async () => {
  tenant = await startTenant();
  http = await spawnHttp(tenant.env);
});

afterAll(async () => {
  await killSpawned();
  await tenant.sandbox.close();
});

function targetOf(transport: "stdio" | "http"): Target {
  const { PATH = "", HOME = "" } = process.env;
  return transport === "http"
    ? { url: http.url, token: HTTP_TOKEN }
    : { command: process.execPath, args: [MAIN, "stdio"], env: { PATH, HOME, ...tenant.env } };
}

const reached = (operation: string, after: number) =>
  until(operation, () =>
    tenant.sandbox.requests.slice(after).some((request) => request.operation === operation),
  );

const HEARD = KINDS.flatMap((kind) =>
  (["stdio", "http"] as const)
    .filter((transport) => transport === "stdio" || !isLegacy(kind))
    .flatMap((transport) => [true, false].map((forms) => ({ kind, transport, forms }))),
);

describe.each(HEARD)("$kind over $transport, elicitation: $forms", ({ kind, transport, forms }) => {
  it("cancels the look-up behind a write; nothing is written, and the audit says so", async () => {
    const client = await connect(kind, targetOf(transport), forms);
    const audits = () => auditsIn(transport === "http" ? http.process.stderr : client.stderr);
    const before = { audits: audits().length, requests: tenant.sandbox.requests.length };
    const writes = tenant.writes();
    // The tenant never answers, so only a cancellation ends the call before its deadline.
    tenant.sandbox.faults.add({ match: { operation: "users.search" }, do: { kind: "silence" } });
    const gone = new AbortController();
    names += 1;
    const args = { displayName: `Cancelled ${names}`, owners: ["jane.doe@acme.example"] };
    const call = client.call("create_app", args, { signal: gone.signal });
    await reached("users.search", before.requests);
    expect(audits()).toHaveLength(before.audits);
    gone.abort("the test gave up");
    await expect(call).rejects.toThrow();
    await until("the audit record", () => audits().length > before.audits);
    expect(audits().at(-1)).toMatchObject({ tool: "create_app", outcome: "cancelled", changed: "no" });
    expect(tenant.writes()).toBe(writes);
    expect((await client.call("whoami", {})).isError).toBe(false);
    await client.close();
  });
});

describe.each(KINDS.filter(isLegacy))("%s over http, which cannot cancel", (kind) => {
  it.each([
    ["before the write is sent", "users.search"],
    ["while the write is on its way", "apps.create"],
  ])("a write completes and is audited, although its client disconnected %s", async (_when, operation) => {
    const client = await connect(kind, targetOf("http"), true);
    const before = auditsIn(http.process.stderr).length;
    const requests = tenant.sandbox.requests.length;
    tenant.sandbox.faults.add({ match: { operation }, do: { kind: "latency", ms: 300 } });
    const gone = new AbortController();
    names += 1;
    const args = { displayName: `Left alone ${names}`, owners: ["jane.doe@acme.example"] };
    const call = client.call("create_app", args, { signal: gone.signal });
    await reached(operation, requests);
    gone.abort("the test gave up");
    await expect(call).rejects.toThrow();
    await client.close();
    await until("the audit record", () => auditsIn(http.process.stderr).length > before);
    expect(auditsIn(http.process.stderr).at(-1)).toMatchObject({
      tool: "create_app",
      outcome: "ok",
      changed: "yes",
    });
    expect(tenant.apps().filter((name) => name === args.displayName)).toHaveLength(1);
  });
});
