import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPS, CONNECTORS } from "../../src/sandbox/seed.ts";
import { connect, type Progress, type TestClient } from "../fixture/clients.ts";
import { LANES, type Lanes, openLanes } from "../fixture/lanes.ts";
import { createLeapingClock, type LeapingClock } from "../support/leaping-clock.ts";
import { createRig, type Rig } from "../support/rig.ts";
import { until } from "../support/until.ts";

/* The life of a connector until it is connected, with real clients and a tenant whose time passes during calls. */

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const SECRETS = {
  C1_MCP_SECRET_GOOD: "00-a-good-token-17",
  C1_MCP_SECRET_WRONG: "00-wrong-credential-17",
};

let clock: LeapingClock;
/** The caller's, of the last call. */
let signal: AbortSignal;
/** Called after each progress message of the server. */
let whenTold: () => void;
let rig: Rig;
let lanes: Lanes;
let client: TestClient;

const okta = (secretRef: string, domain = "acme.okta.example") => ({
  okta_v2_domain: domain,
  okta_v2_api_token: { secretRef },
});
const create = (more: object) =>
  client.call("create_connector", { appId: APPS.slack.id, catalogId: OKTA_V2, ...more });
const hrOkta = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id };
const wiki = { appId: APPS.wiki.id, connectorId: CONNECTORS.wiki.id };

/** The domain in a connector's stored config. */
function domainOf(connectorId: unknown): unknown {
  return rig.sandbox.state.connectors.find(({ id }) => id === connectorId)?.config?.okta_v2_domain;
}

describe.each(LANES)("$kind over $transport", ({ kind, transport }) => {
  async function open({ syncMs = 800, timeoutMs = 100_000 } = {}) {
    clock = createLeapingClock();
    whenTold = () => undefined;
    rig = await createRig({
      clock,
      timeoutMs,
      secrets: { env: SECRETS },
      sandbox: { syncQueueMs: 200, syncMs },
    });
    lanes = await openLanes({
      ...rig.registry,
      call(name, args, context) {
        signal = context.signal;
        const progress: typeof context.progress = (update) => {
          context.progress(update);
          whenTold();
        };
        return clock.lapse(rig.registry.call(name, args, { ...context, progress }));
      },
    });
    client = await connect(kind, lanes.targets[transport], true);
  }

  async function close() {
    await client.close();
    await lanes.close();
    await rig.close();
  }

  beforeEach(() => open());
  afterEach(close);

  it("is connected if its credential is valid", async () => {
    const { text, value } = await create({ config: okta("GOOD"), waitSeconds: 60 });
    expect(value, text).toMatchObject({ connection: "connected", connectorId: expect.any(String) });
    expect(JSON.parse(text)).toEqual(value);
  });

  it("fails with C1's words if the credential is invalid, and is connected once that is repaired", async () => {
    const created = await create({ config: okta("WRONG"), waitSeconds: 60 });
    expect(created.isError).toBe(false);
    expect(created.value).toMatchObject({
      connection: "failed",
      lastError: "C1 says: 401 Unauthorized: invalid token provided",
      next: "correct the config with update_connector",
    });
    const place = { appId: APPS.slack.id, connectorId: created.value.connectorId };
    const args = { ...place, config: okta("GOOD", "new.okta.example"), waitSeconds: 60 };
    const updated = await client.call("update_connector", args);
    expect(updated.value, updated.text).toMatchObject({ ...place, connection: "connected" });
    expect(domainOf(place.connectorId)).toEqual({ stringValue: "new.okta.example" });
    expect(rig.writes().map(({ operation }) => operation)).toEqual([
      "connectors.create",
      "connectors.update",
    ]);
  });

  it("is not changed while it works, unless its replacement is requested", async () => {
    const args = { ...hrOkta, config: okta("GOOD"), waitSeconds: 60 };
    const refused = await client.call("update_connector", args);
    expect(refused.text).toMatch(
      /^\[invalid_arguments\] replaceWorking: must be true.*Nothing was changed\./,
    );
    expect(rig.writes()).toEqual([]);
    const done = await client.call("update_connector", { ...args, replaceWorking: true });
    expect(done.value, done.text).toMatchObject({ ...hrOkta, connection: "connected" });
    expect(domainOf(hrOkta.connectorId)).toEqual({ stringValue: "acme.okta.example" });
  });

  it("waits for its config if it was created without, and is connected with it", async () => {
    const created = await create({ waitSeconds: 60 });
    expect(created.value, created.text).toMatchObject({
      connection: "waiting_for_config",
      next: expect.stringContaining("update_connector"),
    });
    const updated = await client.call("update_connector", {
      appId: APPS.slack.id,
      connectorId: created.value.connectorId,
      config: okta("GOOD"),
      waitSeconds: 60,
    });
    expect(updated.value, updated.text).toMatchObject({ connection: "connected" });
  });

  it("syncs on request, and says what is missing without a config", async () => {
    const synced = await client.call("sync_connector", { ...hrOkta, waitSeconds: 60 });
    expect(synced.value, synced.text).toMatchObject({ connection: "connected" });
    const refused = await client.call("sync_connector", { ...wiki, waitSeconds: 60 });
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(
      /^\[rejected\] .*not configured.*Nothing was changed\. A connector without a config cannot sync: .*update_connector/,
    );
    expect(rig.audits.map(({ tool, outcome, changed }) => [tool, outcome, changed])).toEqual([
      ["sync_connector", "ok", "yes"],
      ["sync_connector", "rejected", "no"],
    ]);
  });

  it("reports progress while its caller waits", async () => {
    await close();
    await open({ syncMs: 25_000 });
    const told: Progress[] = [];
    const held: (() => void)[] = [];
    // A client of SDK v1 drops what arrives along with the result.
    whenTold = () => void held.push(clock.hold());
    const onprogress = (update: Progress) => {
      told.push(update);
      held.shift()?.();
    };
    const { value } = await client.call("sync_connector", { ...hrOkta, waitSeconds: 600 }, { onprogress });
    expect(value).toMatchObject({ connection: "connected" });
    expect(told.length).toBeGreaterThanOrEqual(2);
    for (const [index, { progress, total, message }] of told.entries()) {
      expect([total, message]).toEqual([600, "C1 is syncing the connector"]);
      expect(progress).toBeGreaterThan(told[index - 1]?.progress ?? 0);
    }
  });

  describe("a caller who disconnects", () => {
    // In the 2025 era over HTTP, a cancellation has no way to reach the call, which continues.
    const isHeard = !(kind === "v1" && transport === "http");
    const update = { ...hrOkta, config: okta("GOOD", "new.okta.example"), replaceWorking: true };
    const NEW = { stringValue: "new.okta.example" };

    /** Makes a call, leaves at the given moment, and returns the audit record. */
    async function leave(tool: string, args: Record<string, unknown>, moment: () => boolean) {
      const gone = new AbortController();
      const call = client.call(tool, args, { signal: gone.signal });
      const end = expect(call).rejects.toThrow();
      await clock.until("the moment to leave", moment);
      const goOn = clock.hold();
      gone.abort("the test gave up");
      await end;
      if (isHeard) await until("the server to hear of it", () => signal.aborted);
      goOn();
      await until("the audit record", () => rig.audits.length > 0);
      expect(rig.audits).toHaveLength(1);
      return rig.audits[0];
    }
    const reached = (operation: string) => () =>
      rig.requests().some((request) => request.operation === operation);
    const hold = (operation: string, when: "before" | "after" = "before") =>
      rig.sandbox.faults.add({ match: { operation }, do: { kind: "latency", ms: 3_000 }, when });

    it("before the update is sent: nothing is changed", async () => {
      hold("connectors.get");
      const audit = await leave("update_connector", update, reached("connectors.get"));
      const [outcome, changed, domain] = isHeard
        ? ["cancelled", "no", { stringValue: "acme.okta.com" }]
        : ["ok", "yes", NEW];
      expect(audit).toMatchObject({ outcome, changed });
      expect(domainOf(hrOkta.connectorId)).toEqual(domain);
      expect(rig.intents).toHaveLength(isHeard ? 0 : 1);
    });

    it("while the update is in progress: its outcome is established", async () => {
      hold("connectors.update");
      const audit = await leave("update_connector", update, reached("connectors.update"));
      expect(audit).toMatchObject({ tool: "update_connector", outcome: "ok", changed: "yes" });
      expect(domainOf(hrOkta.connectorId)).toEqual(NEW);
      expect(rig.writes()).toHaveLength(1);
    });

    it("while an update is in progress that never ends: the outcome is unknown", async () => {
      if (!isHeard) return;
      await close();
      await open({ timeoutMs: 20_000 });
      rig.sandbox.faults.add({ match: { operation: "connectors.update" }, do: { kind: "silence" } });
      const audit = await leave("update_connector", update, reached("connectors.update"));
      expect(audit).toMatchObject({ outcome: "outcome_unknown", changed: "maybe" });
      expect(domainOf(hrOkta.connectorId)).toEqual({ stringValue: "acme.okta.com" });
    });

    it("while the sync is requested: that it began is established", async () => {
      hold("connectors.forceSync", "after");
      const audit = await leave("sync_connector", hrOkta, reached("connectors.forceSync"));
      expect(audit).toMatchObject({ tool: "sync_connector", outcome: "ok", changed: "yes" });
    });

    it.each<[string, string, object]>([
      [
        "create_connector",
        "connectors.create",
        { appId: APPS.slack.id, catalogId: OKTA_V2, config: okta("GOOD") },
      ],
      ["update_connector", "connectors.update", update],
      ["sync_connector", "connectors.forceSync", hrOkta],
    ])("while %s waits for the sync: it is done all the same", async (tool, operation, args) => {
      const looks = () =>
        rig.requests().slice(rig.requests().findIndex((one) => one.operation === operation) + 1);
      const isWaiting = () =>
        reached(operation)() && looks().some((one) => one.operation === "connectors.get");
      const audit = await leave(tool, { ...args, waitSeconds: 60 }, isWaiting);
      expect(audit).toMatchObject({ tool, outcome: "ok", changed: "yes" });
      expect(rig.writes().map((write) => [write.operation, write.status])).toEqual([[operation, 200]]);
    });
  });
});
