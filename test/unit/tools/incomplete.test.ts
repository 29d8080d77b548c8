import { describe, expect, it } from "vitest";
import { addConnectorUserOwner } from "../../../src/tools/add-connector-user-owner.ts";
import { createApp } from "../../../src/tools/create-app.ts";
import { findApps } from "../../../src/tools/find-apps.ts";
import { findConnectors } from "../../../src/tools/find-connectors.ts";
import { idOf, JANE } from "../../support/fake-api.ts";
import { createBench } from "../../support/tool-bench.ts";

/* An incomplete list proves neither that an object is missing nor that it is the only one. */

const again = { nextPageToken: "same" };
const GAP = "C1 gave the same page token twice";

describe("a name in an incomplete list", () => {
  it.each([
    [[]],
    [[{ id: idOf("one"), displayName: "Acme CRM" }]],
  ])("is not resolved: %j seen", async (items) => {
    const bench = createBench({ searchApps: async () => ({ items, ...again }) });
    const text = await bench.fail(addConnectorUserOwner, {
      appId: "Acme CRM",
      connectorId: idOf("connector"),
      userRefId: JANE.id,
    });
    expect(text).toMatch(/^\[ambiguous_reference\] appId: what answers to "Acme CRM" cannot be told/);
    expect(text).toContain(GAP);
    expect(text.includes(idOf("one"))).toBe(items.length > 0);
    expect(bench.sent()).toEqual([]);
  });

  it("is resolved for a read if there is one match, and the result says so", async () => {
    const items = [{ id: idOf("one"), displayName: "Acme CRM" }];
    const bench = createBench({ searchApps: async () => ({ items, ...again }) });
    const result = await bench.run(findConnectors, { appId: "Acme CRM" });
    expect(result.structuredContent?.unchecked).toEqual([
      `appId: one match in what was read of the list, and there may be others (${GAP})`,
    ]);
    for (const seen of [[], [...items, { id: idOf("two"), displayName: "acme crm" }]]) {
      const other = createBench({ searchApps: async () => ({ items: seen, ...again }) });
      expect(await other.fail(findConnectors, { appId: "Acme CRM" })).toMatch(
        /^\[ambiguous_reference\] appId/,
      );
    }
  });

  it("behaves the same for people and policies", async () => {
    const people = createBench({ searchUsers: async () => ({ items: [JANE], ...again }) });
    expect(await people.fail(createApp, { displayName: "A", owners: ["jane@acme.example"] })).toMatch(
      /^\[ambiguous_reference\] owners: what answers to "jane@acme.example" cannot be told/,
    );
    const policies = createBench({ searchPolicies: async () => ({ items: [], ...again }) });
    expect(await policies.fail(createApp, { displayName: "A", grantPolicyId: "P" })).toMatch(
      /^\[ambiguous_reference\] grantPolicyId: what answers to "P" cannot be told/,
    );
    expect([...people.sent(), ...policies.sent()]).toEqual([]);
  });
});

describe("a policy of the wrong type", () => {
  it("is refused by id as well as by name", async () => {
    const policy = { id: idOf("p"), displayName: "P", policyType: "POLICY_TYPE_CERTIFY" };
    const bench = createBench({
      getPolicy: async () => policy,
      searchPolicies: async () => ({ items: [policy] }),
    });
    for (const grantPolicyId of [policy.id, "P"]) {
      expect(await bench.fail(createApp, { displayName: "A", grantPolicyId })).toMatch(
        /^\[not_found\] grantPolicyId: policy "P" \("CERTIFY"\) \[p0+\] is not a GRANT policy\. Nothing was changed\./,
      );
    }
    expect(bench.sent()).toEqual([]);
  });
});

describe("a page with unreadable rows", () => {
  it("says how many there are", async () => {
    const page = { items: [{ id: idOf("a"), displayName: "A" }], unread: 2 };
    const bench = createBench({ searchApps: async () => page });
    expect(await bench.succeed(findApps, {})).toEqual({
      items: page.items,
      more: "2 rows could not be read.",
    });
    const more = createBench({ searchApps: async () => ({ ...page, nextPageToken: "t" }) });
    expect((await more.succeed(findApps, {})).more).toBe(
      "2 rows could not be read. More apps match: narrow the query, or pass nextCursor.",
    );
  });
});
