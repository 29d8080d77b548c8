import { describe, expect, it } from "vitest";
import { APPS, CONNECTORS } from "../../../src/sandbox/seed.ts";
import type { Sandbox } from "../../../src/sandbox/start.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { call, envelope, NOBODY, OKTA_V2, oktaConfig, openSandbox } from "./harness.ts";

const BASE = `/api/v1/apps/${APPS.slack.id}/connectors`;
const NOW = "2026-09-01T12:00:00.000Z";

async function open(options: object = {}) {
  const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
  return { clock, sandbox: await openSandbox({ clock, ...options }) };
}

async function create(sandbox: Sandbox, config: object = oktaConfig, catalogId = OKTA_V2) {
  const { json } = await call(sandbox, "POST", `${BASE}/create`, { catalogId, config });
  return json.connectorView.connector;
}

async function readStatus(sandbox: Sandbox, id: string, base = BASE) {
  return (await call(sandbox, "GET", `${base}/${id}`)).json.connectorView.connector.status;
}

const forceSync = (sandbox: Sandbox, id: string, base = BASE) =>
  call(sandbox, "POST", `${base}/${id}/force_sync`, {});

describe("a connector with config", () => {
  it("is queued, syncs and is connected within a second, with timestamps", async () => {
    const { clock, sandbox } = await open();
    const { id, status } = await create(sandbox);
    const queued = { startedAt: null, completedAt: null, updatedAt: NOW, lastError: "" };
    expect(status).toEqual({ status: "SYNC_STATUS_UNSPECIFIED", ...queued });
    clock.advance(299);
    expect(await readStatus(sandbox, id)).toEqual(status);
    clock.advance(1);
    const startedAt = "2026-09-01T12:00:00.300Z";
    const running = {
      status: "SYNC_STATUS_RUNNING",
      startedAt,
      completedAt: null,
      updatedAt: startedAt,
      lastError: "",
    };
    expect(await readStatus(sandbox, id)).toEqual(running);
    clock.advance(699);
    expect(await readStatus(sandbox, id)).toEqual(running);
    clock.advance(1);
    const completedAt = "2026-09-01T12:00:01.000Z";
    expect(await readStatus(sandbox, id)).toEqual({
      status: "SYNC_STATUS_DONE",
      startedAt,
      completedAt,
      updatedAt: completedAt,
      lastError: "",
    });
  });

  it("takes as long as configured", async () => {
    const { clock, sandbox } = await open({ syncQueueMs: 0, syncMs: 5_000 });
    const { id, status } = await create(sandbox);
    expect(status).toMatchObject({ status: "SYNC_STATUS_RUNNING", startedAt: NOW });
    clock.advance(4_999);
    expect(await readStatus(sandbox, id)).toMatchObject({ status: "SYNC_STATUS_RUNNING" });
    clock.advance(1);
    expect(await readStatus(sandbox, id)).toMatchObject({ status: "SYNC_STATUS_DONE" });
  });
});

describe("a credential that does not work", () => {
  const withToken = (token: string) =>
    envelope({ okta_v2_domain: "acme.okta.com", okta_v2_api_token: token });
  const endOf = async (config: object, catalogId = OKTA_V2) => {
    const { clock, sandbox } = await open();
    const { id } = await create(sandbox, config, catalogId);
    clock.advance(300);
    expect(await readStatus(sandbox, id)).toMatchObject({ status: "SYNC_STATUS_RUNNING", lastError: "" });
    clock.advance(700);
    return readStatus(sandbox, id);
  };

  it("ends the sync with an error that does not repeat it", async () => {
    expect(await endOf(withToken("00-wrong-credential-17"))).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      completedAt: "2026-09-01T12:00:01.000Z",
      lastError: "401 Unauthorized: invalid token provided",
    });
  });

  it("is repeated in the error if a test wants that", async () => {
    expect(await endOf(withToken("00-echoed-credential-17"))).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      lastError: '401 Unauthorized: the token "00-echoed-credential-17" is not valid',
    });
  });

  it("can be in any secret field, or anywhere in an unknown type, including maps", async () => {
    const open = envelope({ okta_v2_domain: "wrong-credential.okta.com", okta_v2_api_token: "good" });
    expect(await endOf(open)).toMatchObject({ status: "SYNC_STATUS_DONE" });
    const items = [{ key: "Authorization", value: "Bearer wrong-credential" }];
    const map = { ...envelope({}), configuration: { headers: { keyValues: { items } } } };
    expect(await endOf(map, NOBODY)).toMatchObject({ status: "SYNC_STATUS_ERROR" });
    expect(await endOf(envelope({ any: "wrong-credential" }), NOBODY)).toMatchObject({
      status: "SYNC_STATUS_ERROR",
    });
  });
});

describe("force_sync", () => {
  it("queues a sync and responds at once", async () => {
    const { clock, sandbox } = await open();
    const { id } = await create(sandbox);
    clock.advance(5_000);
    const queued = await forceSync(sandbox, id);
    expect([queued.status, queued.text]).toEqual([200, "{}"]);
    expect(await readStatus(sandbox, id)).toMatchObject({
      status: "SYNC_STATUS_UNSPECIFIED",
      startedAt: null,
      updatedAt: "2026-09-01T12:00:05.000Z",
    });
    clock.advance(1_000);
    expect(await readStatus(sandbox, id)).toMatchObject({
      status: "SYNC_STATUS_DONE",
      startedAt: "2026-09-01T12:00:05.300Z",
      completedAt: "2026-09-01T12:00:06.000Z",
    });
  });

  it("starts no second sync while one is queued or running", async () => {
    const { clock, sandbox } = await open();
    const { id } = await create(sandbox);
    for (const wait of [100, 600]) {
      clock.advance(wait);
      expect((await forceSync(sandbox, id)).text).toBe("{}");
    }
    clock.advance(300);
    expect(await readStatus(sandbox, id)).toMatchObject({
      status: "SYNC_STATUS_DONE",
      completedAt: "2026-09-01T12:00:01.000Z",
    });
  });

  it("does not repair a failed connector", async () => {
    const { clock, sandbox } = await open();
    const { id, appId } = CONNECTORS.github;
    const base = `/api/v1/apps/${appId}/connectors`;
    await forceSync(sandbox, id, base);
    expect(await readStatus(sandbox, id, base)).toMatchObject({ lastError: "" });
    clock.advance(1_000);
    expect(await readStatus(sandbox, id, base)).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      completedAt: "2026-09-01T12:00:01.000Z",
      lastError: "401 from the GitHub API",
    });
  });

  it("is refused without a config, responds 404 without a connector, and accepts no fields", async () => {
    const { sandbox } = await open();
    const wiki = await forceSync(sandbox, CONNECTORS.wiki.id, `/api/v1/apps/${APPS.wiki.id}/connectors`);
    expect([wiki.status, wiki.json.code]).toEqual([400, 9]);
    expect(wiki.json.message).toContain("not configured");
    const none = await forceSync(sandbox, NOBODY);
    const elsewhere = await forceSync(sandbox, CONNECTORS.hrOkta.id);
    const deleted = await forceSync(sandbox, CONNECTORS.deleted.id, `/api/v1/apps/${APPS.hr.id}/connectors`);
    expect([none, elsewhere, deleted].map(({ status, json }) => [status, json.code])).toEqual([
      [404, 5],
      [404, 5],
      [404, 5],
    ]);
    const { id } = await create(sandbox);
    const odd = await call(sandbox, "POST", `${BASE}/${id}/force_sync`, { full: true });
    expect([odd.status, odd.json.message]).toEqual([400, expect.stringContaining('unknown field "full"')]);
  });

  it("keeps the old status until the sync starts, if a test wants that", async () => {
    const { clock, sandbox } = await open({ staleStatus: true });
    const { id, status } = await create(sandbox);
    expect(status).toMatchObject({ status: "SYNC_STATUS_UNSPECIFIED" });
    clock.advance(1_000);
    const done = await readStatus(sandbox, id);
    expect(done).toMatchObject({ status: "SYNC_STATUS_DONE" });
    await forceSync(sandbox, id);
    clock.advance(299);
    expect(await readStatus(sandbox, id)).toEqual(done);
    clock.advance(1);
    expect(await readStatus(sandbox, id)).toMatchObject({ status: "SYNC_STATUS_RUNNING" });
  });
});
