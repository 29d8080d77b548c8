import { describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../../src/sandbox/seed.ts";
import type { Sandbox } from "../../../src/sandbox/start.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { call, ENV_CONFIG, envelope, NOBODY, OKTA_V2, oktaConfig, openSandbox } from "./harness.ts";

const { hrOkta, wiki, deleted } = CONNECTORS;
const pathOf = ({ appId, id }: { appId: string; id: string }) => `/api/v1/apps/${appId}/connectors/${id}`;
const NOW = "2026-09-01T12:00:00.000Z";

async function open() {
  const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
  return { clock, sandbox: await openSandbox({ clock }) };
}

/** The stored row, including secrets that the API never shows. */
const stored = (sandbox: Sandbox, { id }: { id: string }) =>
  sandbox.state.connectors.find((row) => row.id === id);

const update = (sandbox: Sandbox, config: unknown, row: { appId: string; id: string } = hrOkta) =>
  call(sandbox, "POST", pathOf(row), { connector: { config }, updateMask: "config" });

describe("updating a connector's config", () => {
  it("responds with the new config without its secrets, and syncs again", async () => {
    const { clock, sandbox } = await open();
    const reply = await update(sandbox, oktaConfig);
    expect([reply.status, reply.json.expanded]).toEqual([200, []]);
    expect(reply.text).not.toContain("s3cret-canary");
    expect(reply.json.connectorView.connector).toMatchObject({
      id: hrOkta.id,
      displayName: "Okta v2",
      config: { "@type": ENV_CONFIG, configuration: { okta_v2_domain: { stringValue: "acme.okta.com" } } },
      configUpdatedAt: NOW,
      createdAt: "2024-03-04T11:30:00Z",
      updatedAt: NOW,
      status: { status: "SYNC_STATUS_UNSPECIFIED", startedAt: null, updatedAt: NOW },
    });
    expect(stored(sandbox, hrOkta)?.config?.okta_v2_api_token).toEqual({ stringValue: "s3cret-canary" });
    clock.advance(1_000);
    const read = await call(sandbox, "GET", pathOf(hrOkta));
    expect(read.json.connectorView.connector.status).toMatchObject({
      status: "SYNC_STATUS_DONE",
      completedAt: "2026-09-01T12:00:01.000Z",
    });
  });

  it("replaces the whole configuration; omitted keys are gone", async () => {
    const { clock, sandbox } = await open();
    await update(sandbox, envelope({ okta_v2_domain: "new.okta.com" }));
    expect(stored(sandbox, hrOkta)?.config).toEqual({ okta_v2_domain: { stringValue: "new.okta.com" } });
    clock.advance(1_000);
    const { json } = await call(sandbox, "GET", pathOf(hrOkta));
    expect(json.connectorView.connector.status).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      lastError: "missing required configuration: okta_v2_api_token",
    });
  });

  it("erases a secret whose stringValue is empty", async () => {
    const { sandbox } = await open();
    const reply = await update(sandbox, envelope({ okta_v2_domain: "", okta_v2_api_token: "" }));
    expect(reply.status).toBe(200);
    expect(stored(sandbox, hrOkta)?.config).toEqual({ okta_v2_domain: { stringValue: "" } });
  });

  it("can repair a connector, and break one", async () => {
    const { clock, sandbox } = await open();
    const tokenOf = (token: string) => envelope({ okta_v2_domain: "a.okta.com", okta_v2_api_token: token });
    const endOf = async (token: string) => {
      await update(sandbox, tokenOf(token));
      clock.advance(1_000);
      return (await call(sandbox, "GET", pathOf(hrOkta))).json.connectorView.connector.status;
    };
    expect(await endOf("wrong-credential")).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      lastError: "401 Unauthorized: invalid token provided",
    });
    expect(await endOf("good")).toMatchObject({ status: "SYNC_STATUS_DONE", lastError: "" });
  });

  it("restarts a running sync", async () => {
    const { clock, sandbox } = await open();
    await update(sandbox, oktaConfig);
    clock.advance(900);
    const again = await update(sandbox, oktaConfig);
    expect(again.json.connectorView.connector.status).toMatchObject({ status: "SYNC_STATUS_UNSPECIFIED" });
    clock.advance(999);
    const read = async () =>
      (await call(sandbox, "GET", pathOf(hrOkta))).json.connectorView.connector.status.status;
    expect(await read()).toBe("SYNC_STATUS_RUNNING");
    clock.advance(1);
    expect(await read()).toBe("SYNC_STATUS_DONE");
  });

  it("sets up a delegated connector", async () => {
    const { clock, sandbox } = await open();
    const base = `/api/v1/apps/${APPS.slack.id}/connectors`;
    const made = await call(sandbox, "POST", base, { catalogId: OKTA_V2, displayName: "Directory" });
    const { id, appId } = made.json.connectorView.connector;
    const reply = await update(sandbox, oktaConfig, { id, appId });
    expect(reply.json.connectorView.connector).toMatchObject({
      displayName: "Directory",
      configUpdatedAt: NOW,
      status: { status: "SYNC_STATUS_UNSPECIFIED" },
    });
    clock.advance(1_000);
    const sync = await call(sandbox, "POST", `${base}/${id}/force_sync`, {});
    expect(sync.status).toBe(200);
  });

  it("accepts a complete connector as it was read, and changes nothing outside of the mask", async () => {
    const { sandbox } = await open();
    const read = (await call(sandbox, "GET", pathOf(hrOkta))).json.connectorView.connector;
    const connector = { ...read, displayName: "Renamed", userIds: [PEOPLE.zoe.id], config: oktaConfig };
    const expandMask = { paths: ["app_id", "user_ids"] };
    const body = { connector, updateMask: "config", expandMask };
    const reply = await call(sandbox, "POST", pathOf(hrOkta), body);
    expect(reply.status).toBe(200);
    expect(reply.json.connectorView).toMatchObject({
      connector: { displayName: "Okta v2", userIds: read.userIds },
      appPath: "$.expanded[0]",
      usersPath: "$.expanded[1]",
    });
    expect(reply.json.expanded).toHaveLength(2);
  });
});

describe("a refused update", () => {
  const config = oktaConfig;
  const refusals: [name: string, body: Record<string, unknown>, message: string][] = [
    ["no connector", { updateMask: "config" }, "ConnectorServiceUpdateRequest.connector: expected object"],
    ["no mask", { connector: { config } }, "ConnectorServiceUpdateRequest.updateMask: expected string"],
    ["an empty mask", { connector: { config }, updateMask: "" }, 'updateMask: invalid path ""'],
    [
      "another mask",
      { connector: { config, displayName: "x" }, updateMask: "displayName" },
      'updateMask: invalid path "displayName"',
    ],
    [
      "a mask in snake_case",
      { connector: { config }, updateMask: "config,display_name" },
      'invalid path "config,display_name"',
    ],
    ["no config", { connector: {}, updateMask: "config" }, "connector.config: value is required"],
    ["null for config", { connector: { config: null }, updateMask: "config" }, "connector.config: value"],
    [
      "a config without a type",
      { connector: { config: { configuration: {} } }, updateMask: "config" },
      'missing "@type"',
    ],
    [
      "a key the type does not have",
      { connector: { config: envelope({ domain: "x" }) }, updateMask: "config" },
      'unknown key "domain" for connector okta_v2',
    ],
    [
      "an unknown field",
      { connector: { config }, updateMask: "config", displayName: "x" },
      'ConnectorServiceUpdateRequest: unknown field "displayName"',
    ],
    [
      "an unknown field of the connector",
      { connector: { config, name: "x" }, updateMask: "config" },
      'ConnectorServiceUpdateRequest.connector: unknown field "name"',
    ],
    [
      "another connector's id",
      { connector: { config, id: NOBODY }, updateMask: "config" },
      "connector.id: differs",
    ],
    [
      "another app's id",
      { connector: { config, appId: NOBODY }, updateMask: "config" },
      "connector.appId: differs",
    ],
    [
      "another type's id",
      { connector: { config, catalogId: NOBODY }, updateMask: "config" },
      "connector.catalogId: differs",
    ],
    [
      "an unknown mask path to expand",
      { connector: { config }, updateMask: "config", expandMask: { paths: ["appId"] } },
      'invalid path "appId"',
    ],
  ];
  it.each(refusals)("for %s changes nothing", async (_name, body, message) => {
    const { sandbox } = await open();
    const before = structuredClone(sandbox.state.connectors);
    const reply = await call(sandbox, "POST", pathOf(hrOkta), body);
    expect([reply.status, reply.json.code]).toEqual([400, 3]);
    expect(reply.json.message).toContain(message);
    expect(sandbox.state.connectors).toEqual(before);
  });

  it("responds 404 for a missing or deleted connector, and for one of another app", async () => {
    const { sandbox } = await open();
    const rows = [{ ...hrOkta, id: NOBODY }, deleted, { ...hrOkta, appId: APPS.slack.id }];
    for (const row of rows) {
      const reply = await update(sandbox, oktaConfig, row);
      expect([reply.status, reply.json.code]).toEqual([404, 5]);
    }
  });

  it("of a type without fields is refused for any key", async () => {
    const { sandbox } = await open();
    const reply = await update(sandbox, envelope({ okta_v2_domain: "x" }), wiki);
    expect(reply.json.message).toContain('unknown key "okta_v2_domain" for connector confluence_v2');
  });
});
