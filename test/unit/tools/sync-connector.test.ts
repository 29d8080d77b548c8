import { describe, expect, it } from "vitest";
import type { Connector } from "../../../src/c1/port.ts";
import { Failure } from "../../../src/errors.ts";
import { syncConnector } from "../../../src/tools/sync-connector.ts";
import { type Behaviour, idOf } from "../../support/fake-api.ts";
import { createBench, lostWrite } from "../../support/tool-bench.ts";

const APP = idOf("app");
const CONNECTOR = idOf("connector");
const ARGS = { appId: APP, connectorId: CONNECTOR };
const START = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(START + ms).toISOString();

const OLD: Connector = {
  id: CONNECTOR,
  displayName: "Okta",
  status: "SYNC_STATUS_DONE",
  syncStartedAt: at(-9_000),
  syncCompletedAt: at(-8_000),
  configUpdatedAt: at(-10_000),
};
const RUNNING: Connector = { ...OLD, status: "SYNC_STATUS_RUNNING", syncStartedAt: at(1_000) };
const DONE: Connector = { ...RUNNING, status: "SYNC_STATUS_DONE", syncCompletedAt: at(2_000) };
const FAILED: Connector = { ...DONE, status: "SYNC_STATUS_ERROR", lastError: "401 \u001b[31mUnauthorized" };

/** Reads that show one connector after another; the last one repeats. */
function showing(...rows: (Connector | Failure)[]): Behaviour {
  return {
    async getConnector() {
      const row = rows.length > 1 ? rows.shift() : rows[0];
      if (row instanceof Failure) throw row;
      return row ?? OLD;
    },
  };
}

describe("sync_connector", () => {
  it("says that the sync is queued, not that it is done", async () => {
    const bench = createBench(showing(OLD));
    expect(await bench.succeed(syncConnector, ARGS)).toEqual({
      summary: `C1 queued a sync of connector "Okta" of app "Acme CRM" in acme.conductor.one.`,
      tenant: "acme.conductor.one",
      ...ARGS,
      next: "look with find_connectors how it ended; until it begins, that shows the sync before",
    });
    expect(bench.sent()).toEqual(["forceSync"]);
  });

  it.each<[string, (Connector | Failure)[], object]>([
    ["ends well", [OLD, OLD, RUNNING, DONE], { connection: "connected" }],
    [
      "fails",
      [OLD, RUNNING, FAILED],
      {
        connection: "failed",
        lastError: "C1 says: 401 Unauthorized",
        next: expect.stringMatching(/update_connector/),
      },
    ],
    [
      "is asked for of one that never synced",
      [{ ...OLD, status: "SYNC_STATUS_UNSPECIFIED" }, DONE],
      { connection: "connected" },
    ],
    [
      "cannot be seen for a while",
      [OLD, new Failure("rate_limited", "Slow down.", { retryAfterSeconds: 7 }), DONE],
      { connection: "connected" },
    ],
    ["takes longer than the wait", [OLD, RUNNING], { connection: "syncing" }],
    ["does not begin: the old one is not taken for it", [OLD], { connection: "syncing" }],
  ])("waits for a sync that %s", async (_what, rows, expected) => {
    const bench = createBench(showing(...rows));
    const result = bench.lapse(bench.run(syncConnector, { ...ARGS, waitSeconds: 30 }));
    expect((await result).structuredContent).toMatchObject(expected);
    expect(bench.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
  });

  it("does not wait if it could not see the sync before, whose end would pass for that of this one", async () => {
    const bench = createBench(showing(new Failure("unavailable", "Down."), OLD));
    const { connection, next, unchecked } = await bench.succeed(syncConnector, { ...ARGS, waitSeconds: 30 });
    expect({ connection, next }).toEqual({ next: expect.stringMatching(/^look with find_connectors/) });
    expect(unchecked).toEqual(["connectorId: name (unavailable)", "sync of the connector (not shown)"]);
  });

  it("has nothing to add once a sync has ended well: nobody asked about owners", async () => {
    const bench = createBench(showing(OLD, OLD, RUNNING, DONE));
    const result = bench.lapse(bench.run(syncConnector, { ...ARGS, waitSeconds: 30 }));
    expect((await result).structuredContent).toEqual({
      summary: `C1 queued a sync of connector "Okta" of app "Acme CRM" in acme.conductor.one; the connector is connected.`,
      tenant: "acme.conductor.one",
      ...ARGS,
      connection: "connected",
    });
  });

  it("reports C1's progress to a caller who waits, and ends with the caller", async () => {
    const bench = createBench(showing(OLD, RUNNING));
    const gone = new AbortController();
    const told: (string | undefined)[] = [];
    const progress = ({ message }: { message?: string }) => {
      told.push(message);
      if (told.length === 2) gone.abort(new Error("gone"));
    };
    const args = { ...ARGS, waitSeconds: 600 };
    const call = bench.run(syncConnector, args, { progress, signal: gone.signal });
    expect((await bench.lapse(call)).structuredContent).toMatchObject({ connection: "syncing" });
    expect(told).toEqual(["C1 is syncing the connector", "C1 is syncing the connector"]);
  });

  it("explains the refusal of a connector without a config", async () => {
    const refused = new Failure("rejected", "C1 said: not configured.", { status: 400 });
    const bench = createBench({ ...showing(OLD), forceSync: () => Promise.reject(refused) });
    expect(await bench.fail(syncConnector, ARGS)).toBe(
      "[rejected] C1 said: not configured. Nothing was changed. A connector without a config cannot sync: give it one with update_connector. Otherwise follow C1's words.",
    );
  });

  it.each<[string, Connector, RegExp]>([
    ["a sync that began since proves it", RUNNING, /"recovered":true/],
    ["the old sync does not", OLD, /^\[outcome_unknown\] .*asking again is harmless/],
  ])("after a lost response: %s", async (_what, after, expected) => {
    const bench = createBench({
      ...showing(OLD, { ...after, syncStartedAt: after === OLD ? OLD.syncStartedAt : at(0) } as Connector),
      forceSync: lostWrite,
    });
    const { content } = await bench.lapse(bench.run(syncConnector, ARGS));
    expect(content[0].text).toMatch(expected);
  });
});
