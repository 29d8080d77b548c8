import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPS, CONNECTORS } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";
import { sendOne } from "../support/send-one.ts";

let rig: Rig;

beforeEach(async () => {
  rig = await createRig({ secrets: { env: SECRETS } });
});
afterEach(() => rig.close());

const SECRETS = {
  C1_MCP_SECRET_OKTA_V2_API_TOKEN: "okta-api-token-2",
  C1_MCP_SECRET_GITHUB: "github-access-token-2",
};
const ENV_CONFIG = "type.googleapis.com/c1.api.app.v1.EnvConfig";
const OKTA = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id };
const OKTA_TOKEN = { secretRef: "OKTA_V2_API_TOKEN" };
const OKTA_PATH = "/api/v1/apps/2lGIUK2jAaY37lX5PrBngg9KGoo/connectors/2pX6JUNmFA3TYSYTdjzZuRXkuGN";

/** The parts of an update's body around the configuration. */
const around = (place: { appId: string; connectorId: string }, catalogId: string, configuration: object) => ({
  connector: {
    id: place.connectorId,
    appId: place.appId,
    catalogId,
    config: { "@type": ENV_CONFIG, configuration },
  },
  updateMask: "config",
  expandMask: { paths: ["app_id"] },
});

describe("update_connector", () => {
  const okta = (configuration: object) => around(OKTA, "2kG3aTftCcAvWtHZt2Ywry0dPn7", configuration);
  const WHOLE = {
    okta_v2_domain: { stringValue: "new.okta.example" },
    okta_v2_api_token: { stringValue: "okta-api-token-2" },
  };

  it.each([
    ["a plain map", { okta_v2_domain: "new.okta.example", okta_v2_api_token: OKTA_TOKEN }],
    [
      "C1's own form",
      {
        "@type": ENV_CONFIG,
        configuration: {
          okta_v2_domain: { stringValue: "new.okta.example" },
          okta_v2_api_token: OKTA_TOKEN,
        },
      },
    ],
  ])("sends %s as the whole config, the mask, and the ids of the connector", async (_what, config) => {
    const { received } = await sendOne(rig, "update_connector", { ...OKTA, config, replaceWorking: true });
    expect(received).toEqual({ method: "POST", path: OKTA_PATH, body: okta(WHOLE), status: 200 });
    const row = rig.sandbox.state.connectors.find(({ id }) => id === OKTA.connectorId);
    expect(row?.config).toEqual(WHOLE);
  });

  it("finds the connector and its app by name", async () => {
    const config = { okta_v2_domain: "new.okta.example", okta_v2_api_token: OKTA_TOKEN };
    const args = { appId: "Acme HR", connectorId: "Okta v2", config, replaceWorking: true };
    const { received } = await sendOne(rig, "update_connector", args);
    expect([received?.path, received?.body]).toEqual([OKTA_PATH, okta(WHOLE)]);
  });

  it("omits fields that are given as null, because an empty text would erase them", async () => {
    const unset = { okta_sync_custom_roles: null, okta_sync_secrets: null };
    const config = { okta_v2_domain: "new.okta.example", okta_v2_api_token: OKTA_TOKEN, ...unset };
    const { received } = await sendOne(rig, "update_connector", { ...OKTA, config, replaceWorking: true });
    expect(received?.body).toEqual(okta(WHOLE));
  });

  it("names the login method, and sends a list as text", async () => {
    const github = { appId: APPS.github.id, connectorId: CONNECTORS.github.id };
    const config = {
      C1_selected_field_group_name: "github_personal_access_token_group",
      github_access_token: { secretRef: "GITHUB" },
      github_org_list: ["acme", "acme-labs"],
    };
    const { received } = await sendOne(rig, "update_connector", { ...github, config });
    expect(received).toEqual({
      method: "POST",
      path: "/api/v1/apps/2n9zIbgYiOcF1AJoc65jb0LI6v5/connectors/2q0WW1MUspsmJoygVOgE7iStDhL",
      body: around(github, "2gkeVHQ9u8BtFpouw5jRmbnxjkW", {
        C1_selected_field_group_name: { stringValue: "github_personal_access_token_group" },
        github_access_token: { stringValue: "github-access-token-2" },
        github_org_list: { stringValue: "acme,acme-labs" },
      }),
      status: 200,
    });
  });

  it("previews that very request, with the secret masked", async () => {
    const config = { okta_v2_domain: "new.okta.example", okta_v2_api_token: OKTA_TOKEN };
    const args = { ...OKTA, config, replaceWorking: true };
    const { value } = await rig.call("update_connector", { ...args, dryRun: true });
    expect(rig.writes()).toEqual([]);
    const { received } = await sendOne(rig, "update_connector", args);
    const shown = {
      okta_v2_domain: { stringValue: "new.okta.example" },
      okta_v2_api_token: { stringValue: "secretRef:OKTA_V2_API_TOKEN" },
    };
    expect(value.request).toEqual({ method: "POST", path: OKTA_PATH, body: okta(shown) });
    expect(received?.body).toEqual(okta(WHOLE));
  });
});

describe("sync_connector", () => {
  const expected = { method: "POST", path: `${OKTA_PATH}/force_sync`, body: {}, status: 200 };

  it.each([
    ["ids", OKTA],
    ["names", { appId: "Acme HR", connectorId: "Okta v2" }],
  ])("by %s sends an empty object, not an empty body", async (_what, args) => {
    const { received } = await sendOne(rig, "sync_connector", args);
    expect(received).toEqual(expected);
  });

  it("previews that very request without queueing a sync", async () => {
    const { value } = await rig.call("sync_connector", { ...OKTA, dryRun: true });
    expect(value.request).toEqual({ method: expected.method, path: expected.path, body: expected.body });
    expect(rig.writes()).toEqual([]);
  });
});
