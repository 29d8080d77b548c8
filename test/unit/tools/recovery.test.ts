import { beforeAll, describe, expect, it } from "vitest";
import type { App, Connector } from "../../../src/c1/port.ts";
import { createApp } from "../../../src/tools/create-app.ts";
import { createConnector } from "../../../src/tools/create-connector.ts";
import { idOf, SAM } from "../../support/fake-api.ts";
import { createBench, lostWrite } from "../../support/tool-bench.ts";

/* After a lost response, an object counts as ours only if it matches what was sent in everything that the list shows. */

const MADE = new Date(Date.UTC(2026, 0, 1)).toISOString();

/** Returns nothing at first, and the row from then on. */
function showLater<Row>(row: Row): () => Promise<{ items: Row[] }> {
  let looks = 0;
  return async () => {
    looks += 1;
    return { items: looks > 1 ? [row] : [] };
  };
}

describe("an app with the same name", () => {
  const ARGS = {
    displayName: "Acme CRM",
    description: "Sales",
    owners: [SAM.id],
    monthlyCostUsd: 0,
    strictAccessEntitlementProvisioning: true,
    annotations: { team: "sales" },
  };
  const SENT: App = {
    id: idOf("found"),
    displayName: "Acme CRM",
    description: "Sales",
    strictAccessEntitlementProvisioning: true,
    annotations: { team: "sales" },
    createdAt: MADE,
  };
  const run = (app: App) => {
    const bench = createBench({ createApp: lostWrite, searchApps: showLater(app) });
    return bench.lapse(bench.run(createApp, ARGS));
  };

  it.each<Partial<App>>([
    {},
    { monthlyCostUsd: 0 },
    { grantPolicyId: idOf("default") },
  ])("that shows what was sent (%j) is ours; owners that were not seen are not claimed", async (fields) => {
    const { structuredContent, content } = await run({ ...SENT, ...fields });
    expect(structuredContent, content[0].text).toMatchObject({ recovered: true, appId: SENT.id });
    expect(content[0].text).not.toContain("Sam");
  });

  it.each<Partial<App>>([
    { displayName: "ACME CRM" },
    { description: "Sales of others" },
    { instructions: "Ask" },
    { monthlyCostUsd: 5 },
    { strictAccessEntitlementProvisioning: false },
    { annotations: { team: "others" } },
    { annotations: {} },
    { createdAt: "2099-01-01T00:00:00Z" },
  ])("that differs in %j is somebody else's: named, not claimed", async (fields) => {
    const { content } = await run({ ...SENT, ...fields });
    expect(content[0].text).toMatch(/^\[outcome_unknown\] /);
    expect(content[0].text).toContain(`[${SENT.id}]`);
  });
});

describe("a connector of the same type", () => {
  // Loaded in advance: on first use that takes real time, in which the clock of the bench would reach the deadline.
  beforeAll(() => import("../../../src/connector-types/match.ts"));

  const APP = idOf("app");
  const TYPE = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
  const ARGS = { appId: APP, catalogId: TYPE, displayName: "Our Okta", description: "d", userIds: [SAM.id] };
  const SENT: Connector = {
    id: idOf("found"),
    appId: APP,
    catalogId: TYPE,
    displayName: "Our Okta",
    description: "d",
    userIds: [SAM.id],
    createdAt: MADE,
  };
  const run = (connector: Connector) => {
    const bench = createBench({ createDelegated: lostWrite, listConnectors: showLater(connector) });
    return bench.lapse(bench.run(createConnector, ARGS));
  };

  it("that shows what was sent is ours", async () => {
    const { structuredContent, content } = await run(SENT);
    expect(structuredContent, content[0].text).toMatchObject({ recovered: true, connectorId: SENT.id });
    expect(content[0].text).toContain("Sam");
  });

  it("does not claim owners that the list does not show", async () => {
    const { userIds: _hidden, ...blank } = SENT;
    const { content, structuredContent } = await run(blank);
    expect(structuredContent, content[0].text).toMatchObject({ recovered: true });
    expect(structuredContent?.summary).not.toContain("Sam");
  });

  it.each<Partial<Connector>>([
    { displayName: "Their Okta" },
    { description: "other" },
    { userIds: [idOf("other")] },
    { userIds: [SAM.id, idOf("other")] },
    { createdAt: "2099-01-01T00:00:00Z" },
  ])("that differs in %j is somebody else's", async (fields) => {
    const { content } = await run({ ...SENT, ...fields });
    expect(content[0].text).toMatch(/^\[outcome_unknown\] /);
    expect(content[0].text).toContain(`[${SENT.id}]`);
  });

  it("without a visible type counts as a possible duplicate: nothing is sent", async () => {
    const bench = createBench({ listConnectors: async () => ({ items: [{ id: idOf("blank") }] }) });
    expect(await bench.fail(createConnector, ARGS)).toMatch(
      /^\[ambiguous_reference\] The list of connectors of the app could not be read to its end \(1 row could not be read\)/,
    );
    expect(bench.sent()).toEqual([]);
  });
});

describe("a machine's clock that is set while the create is under way", () => {
  const HOUR = 3_600_000;

  it("does not prolong the search, and the record says how long the call took", async () => {
    const bench = createBench({
      async createApp() {
        bench.clock.set(-3 * HOUR);
        return lostWrite();
      },
    });
    const began = bench.clock.steady();
    const { content } = await bench.lapse(bench.run(createApp, { displayName: "Acme CRM" }));
    expect(content[0].text).toMatch(/^\[outcome_unknown\] /);
    expect(bench.clock.steady() - began).toBeLessThanOrEqual(bench.deps.timeoutMs + 1_000);
    const [{ durationMs } = { durationMs: -1 }] = bench.audits;
    expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(durationMs).toBeLessThanOrEqual(bench.deps.timeoutMs);
  });

  it("does not let another call create it once more, because C1 does not show it yet", async () => {
    const bench = createBench();
    await bench.succeed(createApp, { displayName: "Acme CRM" });
    bench.clock.set(3 * HOUR);
    expect(await bench.fail(createApp, { displayName: "Acme CRM" })).toMatch(/^\[already_exists\] /);
    expect(bench.sent()).toEqual(["createApp"]);
    expect(bench.audits.map(({ durationMs }) => durationMs)).toEqual([0, 0]);
  });
});
