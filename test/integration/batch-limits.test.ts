import { afterEach, expect, it } from "vitest";
import { HTTP_TOKEN, spawnHttp } from "../fixture/tenant.ts";
import { killSpawned } from "../support/spawn.ts";
import { json, type Stub, startStub } from "../unit/c1/stub-tenant.ts";

/* A caller's limits apply to calls, whether or not they are batched. */

let stub: Stub;
afterEach(async () => {
  await killSpawned();
  await stub.close();
});

it("a batch runs no more concurrent calls than its caller may", async () => {
  let running = 0;
  let most = 0;
  stub = await startStub((response, seen, count) => {
    running += 1;
    most = Math.max(most, running);
    setTimeout(() => {
      running -= 1;
      json(200, { userId: "u".repeat(27), roles: [] })(response, seen, count);
    }, 50);
  });
  const { url } = await spawnHttp({
    CONDUCTORONE_ACCESS_TOKEN: "an-access-token",
    CONDUCTORONE_SERVER_URL: stub.url,
    C1_MCP_MAX_CONCURRENT: "2",
    C1_MCP_RATE_LIMIT: "60",
  });
  const batch = Array.from({ length: 100 }, (_, id) => ({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name: "whoami", arguments: {} },
  }));
  await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${HTTP_TOKEN}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify(batch),
  }).then((answer) => answer.text());
  expect(most).toBeLessThanOrEqual(2);
});
