import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPS, PEOPLE } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";
import { sendOne } from "../support/send-one.ts";

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

/** Types that our table lacks are accepted if the tenant does not show its catalog. */
const hideCatalog = () => rig.sandbox.notFound("catalog.schema");

describe("create_connector without config", () => {
  it("with its required arguments makes a delegated create with the type's name", async () => {
    const { received, value } = await sendOne(rig, "create_connector", {
      appId: APPS.wiki.id,
      catalogId: OKTA_V2,
    });
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
    hideCatalog();
    const { received, value } = await sendOne(rig, "create_connector", {
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
    const { received, value } = await sendOne(rig, "create_connector", {
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
    const { received } = await sendOne(rig, "create_connector", {
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
    hideCatalog();
    const config = { values: { base_url: "https://wiki.acme.example", retries: 3 } };
    const { received } = await sendOne(rig, "create_connector", {
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
    hideCatalog();
    const { received } = await sendOne(rig, "create_connector", {
      appId: APPS.wiki.id,
      catalogId: NOT_IN_OUR_TABLE,
      config: {},
    });
    expect(received).toMatchObject({
      path,
      body: { config: { "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig", configuration: {} } },
    });
  });

  it("accepts C1's own form of a config", async () => {
    const { received } = await sendOne(rig, "create_connector", {
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

  it("passes a message of another type on unchanged if literal secrets are allowed, and refuses it otherwise", async () => {
    hideCatalog();
    const config = { "@type": "type.googleapis.com/c1.api.app.v9.Other", anything: { deep: ["", null] } };
    const args = { appId: APPS.wiki.id, catalogId: NOT_IN_OUR_TABLE, config };
    expect(await rig.call("create_connector", args)).toMatchObject({ isError: true });
    expect(rig.writes()).toEqual([]);
    await rig.close();
    rig = await createRig({ secrets: { env: {}, inline: true } });
    hideCatalog();
    await rig.call("create_connector", args);
    expect(rig.writes()).toMatchObject([{ path, body: { config } }]);
  });
});
