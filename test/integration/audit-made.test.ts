import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { PEOPLE } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";

/* An auditor can tell which object each create made. */

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.audits.length = 0;
});

async function create(tool: string, args: object): Promise<Readonly<Record<string, unknown>>> {
  const { isError, text, value } = await rig.call(tool, args);
  expect(isError, text).toBe(false);
  return value;
}

it("the ids of two apps of one name are in their records", async () => {
  const twins = [
    await create("create_app", { displayName: "Twin" }),
    await create("create_app", { displayName: "Twin", ifExists: "create" }),
  ];
  expect(rig.audits.map(({ made }) => made)).toEqual(twins.map(({ appId }) => appId));
  expect(new Set(rig.audits.map(({ made }) => made)).size).toBe(2);
});

it("the id of a connector, and the name that it was given, are in its record", async () => {
  const { appId } = await create("create_app", { displayName: "Feeds" });
  const { connectorId } = await create("create_connector", {
    appId,
    catalogId: "okta_v2",
    displayName: "HR feed",
  });
  expect(rig.audits.at(-1)).toMatchObject({ made: connectorId, targets: { appId, displayName: "HR feed" } });
});

it("an app whose creation was found out only later is named", async () => {
  rig.sandbox.faults.add({
    match: { operation: "apps.create" },
    do: { kind: "reset" },
    when: "after",
  });
  const { appId, recovered } = await create("create_app", { displayName: "Lost" });
  expect(recovered).toBe(true);
  expect(rig.audits.at(-1)).toMatchObject({ changed: "yes", made: appId });
});

it("nothing is named that this call did not create", async () => {
  await create("create_app", { displayName: "Lost", ifExists: "reuse" });
  await create("create_app", { displayName: "Tried", dryRun: true });
  const { appId } = await create("create_app", { displayName: "Owned" });
  const { connectorId } = await create("create_connector", { appId, catalogId: "okta_v2" });
  await create("add_connector_user_owner", { appId, connectorId, userRefId: PEOPLE.janeDoe.id });
  await create("add_connector_user_owner", { appId, connectorId, userRefId: PEOPLE.samLee.id, dryRun: true });
  const made = rig.audits.map((record) => record.made);
  expect(made).toEqual([undefined, undefined, appId, connectorId, undefined, undefined]);
  // The preview looked for an owner, which C1 answered with 404.
  expect(rig.audits.map(({ status }) => status)).toEqual([undefined, undefined, 200, 200, 200, undefined]);
});
