import { afterEach, beforeEach, expect, it } from "vitest";
import { PEOPLE } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";

let rig: Rig;

/** A tenant that has only the three writes and the token endpoint, and answers 404 to everything else. */
beforeEach(async () => {
  rig = await createRig();
  rig.sandbox.only(["apps.create", "connectors.create", "connectorOwners.add"]);
});
afterEach(() => rig.close());

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";

it("a tenant with few operations allows the whole job by ids, and every result says what could not be looked up", async () => {
  const app = await rig.call("create_app", { displayName: "Acme CRM", owners: [PEOPLE.janeDoe.id] });
  expect(app.isError, app.text).toBe(false);
  expect(app.value.unchecked).toContainEqual("owners: C1 shows nobody with this id");

  const connector = await rig.call("create_connector", {
    appId: app.value.appId,
    catalogId: OKTA_V2,
    config: { okta_v2_domain: "acme.okta.example" },
    userIds: [PEOPLE.samLee.id],
  });
  expect(connector.isError, connector.text).toBe(false);
  expect(connector.value.unchecked).toContainEqual("userIds: C1 shows nobody with this id");

  const owner = await rig.call("add_connector_user_owner", {
    appId: app.value.appId,
    connectorId: connector.value.connectorId,
    userRefId: PEOPLE.samLee.id,
  });
  expect(owner.isError, owner.text).toBe(false);
  expect(owner.value.unchecked).toContainEqual("userRefId: C1 shows nobody with this id");
  expect(owner.value.unchecked).toContainEqual("connectorId: C1 shows nothing with this id");

  expect(rig.writes().map(({ operation, status }) => [operation, status])).toEqual([
    ["apps.create", 200],
    ["connectors.create", 200],
    ["connectorOwners.add", 200],
  ]);
  expect(rig.sandbox.state.owners.at(-1)).toMatchObject({
    connectorId: connector.value.connectorId,
    userId: PEOPLE.samLee.id,
  });
});

it("a tenant with few operations resolves no address, and nothing is sent", async () => {
  const { isError, text } = await rig.call("create_app", {
    displayName: "Acme CRM",
    owners: ["jane.doe@acme.example"],
  });
  expect(isError).toBe(true);
  expect(text).toContain("Nothing was changed.");
  expect(rig.writes()).toEqual([]);
});
