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

it("a create that reused something names it among the targets, in a dry run as well", async () => {
  const { appId } = await create("create_app", { displayName: "Kept" });
  const { connectorId } = await create("create_connector", { appId, catalogId: "okta_v2" });
  rig.audits.length = 0;
  const app = { displayName: "Kept", ifExists: "reuse" };
  const connector = { appId, catalogId: "okta_v2", ifExists: "reuse" };
  const tried = [
    await create("create_app", { ...app, dryRun: true }),
    await create("create_connector", { ...connector, dryRun: true }),
  ];
  // So that nobody takes it for the outcome of a call that may write.
  expect(tried.map(({ dryRun, existing }) => [dryRun, existing])).toEqual([
    [true, true],
    [true, true],
  ]);
  const done = [await create("create_app", app), await create("create_connector", connector)];
  expect(done.map(({ dryRun }) => dryRun)).toEqual([undefined, undefined]);
  for (const records of [rig.audits.slice(0, 2), rig.audits.slice(2)])
    expect(records.map(({ targets, made, changed }) => ({ targets, made, changed }))).toEqual([
      { targets: { displayName: "Kept", appId }, made: undefined, changed: "no" },
      { targets: { appId, catalogId: tried[1]?.catalogId, connectorId }, made: undefined, changed: "no" },
    ]);
});
