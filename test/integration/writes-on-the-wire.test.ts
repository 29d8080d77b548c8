import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE, POLICIES } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";

let rig: Rig;

beforeEach(async () => {
  rig = await createRig({ secrets: { env: SECRETS } });
});
afterEach(() => rig.close());

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const JIRA_CLOUD_V2 = "2bPdeviXtHuefuBnA1S3GaKC9jD";
const NOT_IN_OUR_TABLE = "2zzzzzzzzzzzzzzzzzzzzzzzzzz";
const SECRETS = {
  C1_MCP_SECRET_OKTA_V2_API_TOKEN: "okta-api-token-1",
  C1_MCP_SECRET_JIRACLOUD_APIKEY: "jira-api-key-1",
};
const OKTA_TOKEN = { secretRef: "OKTA_V2_API_TOKEN" };
const ENTITLEMENT = "2rZk1Vn8t1xvF6pF2lYh3sQmWcA";

/** Sends one write and gives what the tenant received of it. */
async function send(tool: string, args: unknown) {
  const outcome = await rig.call(tool, args);
  expect(outcome.isError, outcome.text).toBe(false);
  const received = rig.writes().map(({ method, path, body, status }) => ({ method, path, body, status }));
  expect(received).toHaveLength(1);
  return { received: received[0], value: outcome.value };
}

describe("create_app", () => {
  it("with its one required argument sends that and nothing else", async () => {
    const { received, value } = await send("create_app", { displayName: "Acme CRM" });
    expect(received).toEqual({
      method: "POST",
      path: "/api/v1/apps",
      body: { displayName: "Acme CRM" },
      status: 200,
    });
    expect(rig.sandbox.state.apps.at(-1)).toMatchObject({ id: value.appId, displayName: "Acme CRM" });
  });

  it("with every argument sends each documented field", async () => {
    const { received, value } = await send("create_app", {
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

  it("sends zero and false, which are values, and leaves out what is empty", async () => {
    const { received } = await send("create_app", {
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
    const { received } = await send("create_app", { displayName: "Acme CRM", owners });
    expect(received?.body).toEqual({ displayName: "Acme CRM", owners: [PEOPLE.janeDoe.id] });
  });
});

describe("create_connector without config", () => {
  it("with its required arguments makes a delegated create with the type's name", async () => {
    const { received, value } = await send("create_connector", { appId: APPS.wiki.id, catalogId: OKTA_V2 });
    expect(received).toEqual({
      method: "POST",
      path: "/api/v1/apps/2ndPV9m6Yb9u3bCXMDFuB3iBCk3/connectors",
      body: { catalogId: OKTA_V2, displayName: "Okta v2", expandMask: { paths: ["app_id"] } },
      status: 200,
    });
    expect(rig.sandbox.state.connectors.at(-1)).toMatchObject({
      id: value.connectorId,
      appId: APPS.wiki.id,
      config: null,
    });
  });

  it("with every argument sends each documented field", async () => {
    const { received, value } = await send("create_connector", {
      appId: APPS.wiki.id,
      catalogId: NOT_IN_OUR_TABLE,
      displayName: "Wiki users",
      description: "Set up by Sam",
      userIds: ["sam.lee@acme.example", PEOPLE.priya.id],
    });
    expect(received).toEqual({
      method: "POST",
      path: "/api/v1/apps/2ndPV9m6Yb9u3bCXMDFuB3iBCk3/connectors",
      body: {
        catalogId: NOT_IN_OUR_TABLE,
        displayName: "Wiki users",
        description: "Set up by Sam",
        userIds: ["2cigq7bwGky3XpoicPkiPBL7vWX", "2dC72dFrqcVB1JtcReNuhsMAkxY"],
        expandMask: { paths: ["app_id"] },
      },
      status: 200,
    });
    expect(rig.sandbox.state.connectors.at(-1)).toMatchObject({
      id: value.connectorId,
      displayName: "Wiki users",
      description: "Set up by Sam",
      userIds: [PEOPLE.samLee.id, PEOPLE.priya.id],
      config: null,
    });
  });
});

describe("create_connector with config", () => {
  const path = "/api/v1/apps/2ndPV9m6Yb9u3bCXMDFuB3iBCk3/connectors/create";

  it("with its required arguments sends the envelope and no name", async () => {
    const config = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: OKTA_TOKEN };
    const { received, value } = await send("create_connector", {
      appId: APPS.wiki.id,
      catalogId: OKTA_V2,
      config,
    });
    expect(received).toEqual({
      method: "POST",
      path,
      body: {
        catalogId: OKTA_V2,
        config: {
          "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
          configuration: {
            okta_v2_domain: { stringValue: "acme.okta.example" },
            okta_v2_api_token: { stringValue: "okta-api-token-1" },
          },
        },
        expandMask: { paths: ["app_id"] },
      },
      status: 200,
    });
    expect(rig.sandbox.state.connectors.at(-1)).toMatchObject({
      id: value.connectorId,
      displayName: "Okta v2",
      config: { okta_v2_domain: { stringValue: "acme.okta.example" } },
    });
  });

  it("with every argument sends each documented field; booleans and lists become text", async () => {
    const { received } = await send("create_connector", {
      appId: APPS.wiki.id,
      catalogId: JIRA_CLOUD_V2,
      description: "Tickets",
      userIds: ["sam.lee@acme.example"],
      config: {
        jiracloud_domain: "acme.atlassian.example",
        jiracloud_apikey: { secretRef: "JIRACLOUD_APIKEY" },
        enable_external_ticket_provisioning: true,
        jiracloud_skip_project_participants: false,
        jiracloud_project_keys: ["CRM", "ERP"],
      },
    });
    expect(received).toEqual({
      method: "POST",
      path,
      body: {
        catalogId: JIRA_CLOUD_V2,
        description: "Tickets",
        userIds: ["2cigq7bwGky3XpoicPkiPBL7vWX"],
        config: {
          "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
          configuration: {
            jiracloud_domain: { stringValue: "acme.atlassian.example" },
            jiracloud_apikey: { stringValue: "jira-api-key-1" },
            enable_external_ticket_provisioning: { stringValue: "true" },
            jiracloud_skip_project_participants: { stringValue: "false" },
            jiracloud_project_keys: { stringValue: "CRM,ERP" },
          },
        },
        expandMask: { paths: ["app_id"] },
      },
      status: 200,
    });
  });

  it("a map becomes key-value items", async () => {
    const config = { values: { base_url: "https://wiki.acme.example", retries: 3 } };
    const { received } = await send("create_connector", {
      appId: APPS.wiki.id,
      catalogId: NOT_IN_OUR_TABLE,
      config,
    });
    expect(received?.body).toMatchObject({
      config: {
        "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
        configuration: {
          values: {
            keyValues: {
              items: [
                { key: "base_url", value: "https://wiki.acme.example" },
                { key: "retries", value: "3" },
              ],
            },
          },
        },
      },
    });
  });

  it("an empty map is an empty configuration, not a delegated create", async () => {
    const { received } = await send("create_connector", {
      appId: APPS.wiki.id,
      catalogId: NOT_IN_OUR_TABLE,
      config: {},
    });
    expect(received).toMatchObject({
      path,
      body: { config: { "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig", configuration: {} } },
    });
  });

  it("C1's own form of a config is taken too", async () => {
    const { received } = await send("create_connector", {
      appId: APPS.wiki.id,
      catalogId: "okta_v2",
      config: {
        "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
        configuration: {
          okta_v2_domain: { stringValue: "acme.okta.example" },
          okta_v2_api_token: OKTA_TOKEN,
        },
      },
    });
    expect(received?.body).toEqual({
      catalogId: OKTA_V2,
      config: {
        "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
        configuration: {
          okta_v2_domain: { stringValue: "acme.okta.example" },
          okta_v2_api_token: { stringValue: "okta-api-token-1" },
        },
      },
      expandMask: { paths: ["app_id"] },
    });
  });

  it("a message of another type goes through as it is", async () => {
    const config = { "@type": "type.googleapis.com/c1.api.app.v9.Other", anything: { deep: ["", null] } };
    await rig.call("create_connector", { appId: APPS.wiki.id, catalogId: NOT_IN_OUR_TABLE, config });
    expect(rig.writes()).toMatchObject([{ path, body: { config } }]);
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
    const { received } = await send("add_connector_user_owner", { ...target, ...args });
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

it("the three writes leave an app with a connector that has an owner", async () => {
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
