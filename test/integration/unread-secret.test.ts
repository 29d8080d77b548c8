import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createRig, type Rig } from "../support/rig.ts";
import { accessToken, json, type Stub, startStub } from "../unit/c1/stub-tenant.ts";

/* A configured secret that this process has not used since it started. */

const SECRET = "Tr0ub4dor&3-of-the-vault";
const APP = "a".repeat(27);
const CONNECTOR = "c".repeat(27);

let rig: Rig;
let stub: Stub;
afterEach(async () => {
  await rig.close();
  await stub.close();
});

it("a secret that was never read is masked if C1 repeats it", async () => {
  const connector = { id: CONNECTOR, appId: APP, status: { lastError: `401 for the token ${SECRET}` } };
  stub = await startStub(json(200, { connectorView: { connector }, list: [] }));
  rig = await createRig({
    serverUrl: stub.url,
    credential: () => accessToken,
    secrets: { env: { C1_MCP_SECRET_VAULT: SECRET } },
  });
  const { text } = await rig.call("find_connectors", { appId: APP, connectorId: CONNECTOR });
  expect(text).toContain("401 for the token");
  expect(text).not.toContain(SECRET);
});

it("a secret that was rotated while a call was on its way is masked if C1 repeats the new one", async () => {
  const dir = mkdtempSync(join(tmpdir(), "secrets-"));
  const rotate = (value: string) => writeFileSync(join(dir, "VAULT"), value, { mode: 0o600 });
  rotate("the-value-of-yesterday");
  const connector = { id: CONNECTOR, appId: APP, status: { lastError: `401 for the token ${SECRET}` } };
  stub = await startStub((response, seen, count) => {
    // Another process sent it before this one looked at the file again.
    rotate(SECRET);
    json(200, { connectorView: { connector }, list: [] })(response, seen, count);
  });
  let now = Date.now();
  const clock = { ...systemClock, now: () => (now += 2_000) };
  rig = await createRig({
    clock,
    timeoutMs: 600_000,
    serverUrl: stub.url,
    credential: () => accessToken,
    secrets: { dir },
  });
  const { text } = await rig.call("find_connectors", { appId: APP, connectorId: CONNECTOR });
  rmSync(dir, { recursive: true });
  expect(text).toContain("401 for the token");
  expect(text).not.toContain(SECRET);
});
