import { afterEach, beforeEach, expect, it } from "vitest";
import { APPS, CONNECTORS } from "../../src/sandbox/seed.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { createRig, type Rig } from "../support/rig.ts";

/* Configs and waits on a tenant that has only the three writes and the token endpoint, and answers 404 to everything else. */

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const OKTA = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } };
const PLACE = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id };

let rig: Rig;
beforeEach(async () => {
  rig = await createRig({ clock: createLeapingClock() });
  rig.sandbox.only(["apps.create", "connectors.create", "connectorOwners.add"]);
});
afterEach(() => rig.close());

it.each<[string, object, RegExp]>([
  ["update_connector", { ...PLACE, config: OKTA }, /^\[not_found\] C1 could not read the connector/],
  ["sync_connector", PLACE, /^\[not_found\] C1 could not sync the connector/],
  ["sync_connector", { ...PLACE, waitSeconds: 60 }, /^\[not_found\] C1 could not sync the connector/],
])("%s %j says what the tenant does not offer", async (tool, args, words) => {
  const { isError, text } = await rig.call(tool, args);
  expect(isError).toBe(true);
  expect(text).toMatch(words);
  expect(text).toContain("Nothing was changed.");
  expect(rig.writes().filter(({ status }) => status === 200)).toEqual([]);
  expect(rig.audits).toMatchObject([{ tool, outcome: "not_found", changed: "no" }]);
});

it("a connector that is waited for is created, and its sync is reported as not visible", async () => {
  const started = rig.requests().length;
  const args = { appId: APPS.wiki.id, catalogId: OKTA_V2, config: OKTA, waitSeconds: 30 };
  const { isError, text, value } = await rig.call("create_connector", args);
  expect(isError, text).toBe(false);
  expect(value).toMatchObject({
    connection: "syncing",
    connectorId: rig.sandbox.state.connectors.at(-1)?.id,
    next: "look with find_connectors how it stands",
  });
  expect(value.unchecked).toContain("sync of the connector (not shown)");
  const looks = rig.requests().slice(started);
  expect(looks.filter(({ operation }) => operation === "connectors.get").length).toBeLessThan(12);
  expect(rig.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
});

it("the same holds if its caller does not wait", async () => {
  const args = { appId: APPS.wiki.id, catalogId: OKTA_V2, config: OKTA };
  const { isError, text, value } = await rig.call("create_connector", args);
  expect(isError, text).toBe(false);
  expect(value).toMatchObject({ connection: "syncing" });
  expect(rig.requests().map(({ operation }) => operation)).not.toContain("connectors.get");
});
