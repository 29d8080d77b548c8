import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE, POLICIES } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";
import { sendOne } from "../support/send-one.ts";

let rig: Rig;

beforeEach(async () => {
  rig = await createRig({ secrets: { env: SECRETS } });
});
afterEach(() => rig.close());

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const SECRETS = {
  C1_MCP_SECRET_OKTA_V2_API_TOKEN: "okta-api-token-1",
};
const OKTA_TOKEN = { secretRef: "OKTA_V2_API_TOKEN" };
const ENTITLEMENT = "2rZk1Vn8t1xvF6pF2lYh3sQmWcA";

describe("create_app", () => {
  it("with its one required argument sends that and nothing else", async () => {
    const { received, value } = await sendOne(rig, "create_app", { displayName: "Acme CRM" });
    expect(received).toEqual({
      method: "POST",
      path: "/api/v1/apps",
      body: { displayName: "Acme CRM" },
      status: 200,
    });
    expect(rig.sandbox.state.apps.at(-1)).toMatchObject({ id: value.appId, displayName: "Acme CRM" });
  });

  it("with every argument sends each documented field", async () => {
    const { received, value } = await sendOne(rig, "create_app", {
      displayName: "Acme CRM",
      description: "Customer records,\nand more",
      instructions: "Say why you need it.",
      owners: ["jane.doe@acme.example", PEOPLE.samLee.id],
      appEntitlementOwnerRefs: [{ appId: APPS.hr.id, id: ENTITLEMENT }],
      grantPolicyId: POLICIES.managerApproval.id,
      revokePolicyId: POLICIES.revoke.id,
      certifyPolicyId: POLICIES.certify.id,
      identityMatching: "APP_USER_IDENTITY_MATCHING_DISPLAY_NAME",
      monthlyCostUsd: 25,
      strictAccessEntitlementProvisioning: true,
      annotations: { team: "sales", "cost-center": "42" },
    });
    expect(received).toEqual({
      method: "POST",
      path: "/api/v1/apps",
      body: {
        displayName: "Acme CRM",
        description: "Customer records,\nand more",
        instructions: "Say why you need it.",
        owners: ["2blqQvXSVhpglvqomKjZPi61NkU", "2cigq7bwGky3XpoicPkiPBL7vWX"],
        appEntitlementOwnerRefs: [
          { appId: "2lGIUK2jAaY37lX5PrBngg9KGoo", id: "2rZk1Vn8t1xvF6pF2lYh3sQmWcA" },
        ],
        grantPolicyId: "2hwL4IVFYHkB609oc6CFKzs9SXE",
        revokePolicyId: "2jMbg7SBplBbXomv8SEu28w5smx",
        certifyPolicyId: "2jq1scZpyqWR1qormqnmz0rCuCj",
        identityMatching: "APP_USER_IDENTITY_MATCHING_DISPLAY_NAME",
        monthlyCostUsd: 25,
        strictAccessEntitlementProvisioning: true,
        annotations: { team: "sales", "cost-center": "42" },
      },
      status: 200,
    });
    expect(rig.sandbox.state.apps.at(-1)).toMatchObject({
      id: value.appId,
      displayName: "Acme CRM",
      description: "Customer records,\nand more",
      instructions: "Say why you need it.",
      entitlementOwners: [{ appId: APPS.hr.id, id: ENTITLEMENT }],
      grantPolicyId: POLICIES.managerApproval.id,
      monthlyCostUsd: 25,
      strictAccessEntitlementProvisioning: true,
      annotations: { team: "sales", "cost-center": "42" },
    });
    const owners = rig.sandbox.state.appOwners.filter(({ appId }) => appId === value.appId);
    expect(owners.map(({ userId }) => userId)).toEqual([
      PEOPLE.caller.id,
      PEOPLE.janeDoe.id,
      PEOPLE.samLee.id,
    ]);
  });

  it("sends zero and false, which are values, and omits what is empty", async () => {
    const { received } = await sendOne(rig, "create_app", {
      displayName: "Acme CRM",
      description: "",
      owners: [],
      monthlyCostUsd: 0,
      strictAccessEntitlementProvisioning: false,
      annotations: {},
    });
    expect(received?.body).toEqual({
      displayName: "Acme CRM",
      monthlyCostUsd: 0,
      strictAccessEntitlementProvisioning: false,
    });
  });

  it("names a person once who was given twice", async () => {
    const owners = ["jdoe@acme.example", PEOPLE.janeDoe.id, "JANE.DOE@acme.example"];
    const { received } = await sendOne(rig, "create_app", { displayName: "Acme CRM", owners });
    expect(received?.body).toEqual({ displayName: "Acme CRM", owners: [PEOPLE.janeDoe.id] });
  });
});

describe("add_connector_user_owner", () => {
  const target = { appId: APPS.github.id, connectorId: CONNECTORS.github.id };
  const expected = {
    method: "POST",
    path: "/api/v2/apps/2n9zIbgYiOcF1AJoc65jb0LI6v5/connectors/2q0WW1MUspsmJoygVOgE7iStDhL/owners/users/primary/2cigq7bwGky3XpoicPkiPBL7vWX",
    body: { userRef: { id: "2cigq7bwGky3XpoicPkiPBL7vWX" } },
    status: 200,
  };

  it.each([
    ["an id, and the role primary by default", { userRefId: PEOPLE.samLee.id }],
    ["an e-mail address and a role", { userRefId: "Sam.Lee@acme.example", roleSlug: "primary" }],
  ])("with %s", async (_what, args) => {
    const { received } = await sendOne(rig, "add_connector_user_owner", { ...target, ...args });
    expect(received).toEqual(expected);
    expect(rig.sandbox.state.owners.at(-1)).toMatchObject({
      ...target,
      roleSlug: "primary",
      userId: PEOPLE.samLee.id,
    });
  });

  it("with another role sends that one", async () => {
    const args = { ...target, userRefId: PEOPLE.samLee.id, roleSlug: "second-line_2" };
    const { isError, text } = await rig.call("add_connector_user_owner", args);
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[rejected\].*unknown role.*Nothing was changed\./);
    expect(rig.writes().map(({ path }) => path)).toEqual([
      expected.path.replace("/primary/", "/second-line_2/"),
    ]);
  });
});

it("the three writes result in an app with a connector that has an owner", async () => {
  const { value: app } = await rig.call("create_app", { displayName: "Acme CRM" });
  const appId = app.appId;
  const { value: connector } = await rig.call("create_connector", {
    appId,
    catalogId: OKTA_V2,
    config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: OKTA_TOKEN },
  });
  const connectorId = connector.connectorId;
  await rig.call("add_connector_user_owner", { appId, connectorId, userRefId: "sam.lee@acme.example" });
  const { apps, connectors, owners } = rig.sandbox.state;
  expect(apps.at(-1)).toMatchObject({ id: appId, displayName: "Acme CRM" });
  expect(connectors.at(-1)).toMatchObject({ id: connectorId, appId, catalogId: OKTA_V2 });
  expect(owners.at(-1)).toMatchObject({ appId, connectorId, roleSlug: "primary", userId: PEOPLE.samLee.id });
  expect(rig.writes()).toHaveLength(3);
});
