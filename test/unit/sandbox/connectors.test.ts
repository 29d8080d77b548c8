import { describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../../src/sandbox/seed.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { call, ENV_CONFIG, envelope, NOBODY, OKTA_V2, oktaConfig, openSandbox } from "./harness.ts";

const RETIRED = "26EAV0cMlU4hRYPBfKg42KhgJZI";
const BASE = `/api/v1/apps/${APPS.slack.id}/connectors`;

describe("reading connectors", () => {
  it("lists an app's live connectors as views", async () => {
    const sandbox = await openSandbox();
    const { json } = await call(sandbox, "GET", `/api/v1/apps/${APPS.hr.id}/connectors`);
    expect(json).toMatchObject({ expanded: [], nextPageToken: "" });
    expect(json.list).toHaveLength(1);
    expect(json.list[0]).toMatchObject({
      appPath: "",
      capabilitiesPath: "",
      usersPath: "",
      connector: {
        displayName: "Okta v2",
        status: { status: "SYNC_STATUS_DONE", lastError: "" },
        deletedAt: null,
      },
    });
  });

  it("never shows a secret", async () => {
    const sandbox = await openSandbox();
    for (const { appId, id } of [CONNECTORS.hrOkta, CONNECTORS.github]) {
      const { text } = await call(sandbox, "GET", `/api/v1/apps/${appId}/connectors/${id}`);
      expect(text).not.toContain("seeded-and-never-shown");
    }
    const { json } = await call(
      sandbox,
      "GET",
      `/api/v1/apps/${APPS.github.id}/connectors/${CONNECTORS.github.id}`,
    );
    expect(json.connectorView.connector.config).toEqual({
      "@type": ENV_CONFIG,
      configuration: {
        C1_selected_field_group_name: { stringValue: "github_personal_access_token_group" },
        github_org_list: { stringValue: "acme,acme-labs" },
      },
    });
    expect(json.connectorView.connector.status).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      lastError: "401 from the GitHub API",
    });
  });

  it("answers 404 under another app and for a deleted one, and an empty list for a missing app", async () => {
    const sandbox = await openSandbox();
    const status = async (app: string, id: string) =>
      (await call(sandbox, "GET", `/api/v1/apps/${app}/connectors/${id}`)).status;
    expect(await status(APPS.wiki.id, CONNECTORS.hrOkta.id)).toBe(404);
    expect(await status(APPS.hr.id, CONNECTORS.deleted.id)).toBe(404);
    expect((await call(sandbox, "GET", `/api/v1/apps/${NOBODY}/connectors`)).json.list).toEqual([]);
  });
});

describe("creating a connector with config", () => {
  it("names it after its type, and stores the secret without showing it", async () => {
    const sandbox = await openSandbox();
    const body = {
      catalogId: OKTA_V2,
      description: "Directory",
      userIds: [PEOPLE.samLee.id],
      config: oktaConfig,
    };
    const first = await call(sandbox, "POST", `${BASE}/create`, body);
    expect(first.status).toBe(200);
    expect(first.text).not.toContain("s3cret-canary");
    expect(first.json.connectorView.connector).toMatchObject({
      appId: APPS.slack.id,
      catalogId: OKTA_V2,
      displayName: "Okta v2",
      description: "Directory",
      userIds: [PEOPLE.samLee.id],
      config: { "@type": ENV_CONFIG, configuration: { okta_v2_domain: { stringValue: "acme.okta.com" } } },
    });
    expect(sandbox.state.connectors.at(-1)?.config?.okta_v2_api_token).toEqual({
      stringValue: "s3cret-canary",
    });
    const second = await call(sandbox, "POST", `${BASE}/create`, body);
    const third = await call(sandbox, "POST", `${BASE}/create`, body);
    const nameOf = (reply: typeof second) => reply.json.connectorView.connector.displayName;
    expect([nameOf(second), nameOf(third)]).toEqual(["Okta v2 (2)", "Okta v2 (3)"]);
    expect((await call(sandbox, "GET", BASE)).json.list).toHaveLength(3);
  });

  it("fails if a required key is missing", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    const config = envelope({ okta_v2_domain: "acme.okta.com", okta_v2_api_token: "" });
    const { json } = await call(sandbox, "POST", `${BASE}/create`, { catalogId: OKTA_V2, config });
    clock.advance(30_000);
    const read = await call(sandbox, "GET", `${BASE}/${json.connectorView.connector.id}`);
    expect(read.json.connectorView.connector.status).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      lastError: expect.stringContaining("okta_v2_api_token"),
    });
  });

  it("accepts an unknown catalog id with any keys, and shows none of the values", async () => {
    const sandbox = await openSandbox();
    const config = envelope({ anything: "s3cret-canary", __proto__x: "y" });
    const reply = await call(sandbox, "POST", `${BASE}/create`, { catalogId: NOBODY, config });
    expect(reply.status).toBe(200);
    expect(reply.text).not.toContain("s3cret-canary");
    expect(Object.keys(sandbox.state.connectors.at(-1)?.config ?? {})).toEqual(["anything", "__proto__x"]);
  });

  const refusals: [name: string, body: Record<string, unknown>, message: string][] = [
    ["no catalog id", { config: oktaConfig }, "catalogId"],
    ["a slug for a catalog id", { catalogId: "okta_v2", config: oktaConfig }, "regex pattern"],
    ["no config", { catalogId: OKTA_V2 }, "config: value is required"],
    ["null for config", { catalogId: OKTA_V2, config: null }, "config: value is required"],
    [
      "a display name",
      { catalogId: OKTA_V2, config: oktaConfig, displayName: "x" },
      'unknown field "displayName"',
    ],
    [
      "an owner who is not there",
      { catalogId: OKTA_V2, config: oktaConfig, userIds: [NOBODY] },
      "userIds[0]",
    ],
    ["a retired type", { catalogId: RETIRED, config: envelope({}) }, "connector is retired"],
    [
      "an unknown mask path",
      { catalogId: OKTA_V2, config: oktaConfig, expandMask: { paths: ["appId"] } },
      'invalid path "appId"',
    ],
  ];
  it.each(refusals)("refuses %s", async (_name, body, message) => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, "POST", `${BASE}/create`, body);
    expect(reply.status).toBe(400);
    expect(reply.json.message).toContain(message);
    expect(sandbox.state.connectors).toHaveLength(4);
  });

  it("answers 404 under an app that is missing or deleted", async () => {
    const sandbox = await openSandbox();
    for (const app of [NOBODY, APPS.deleted.id]) {
      const body = { catalogId: OKTA_V2, config: oktaConfig };
      expect((await call(sandbox, "POST", `/api/v1/apps/${app}/connectors/create`, body)).status).toBe(404);
    }
  });
});

describe("delegating a connector's set-up", () => {
  it("keeps the given name, or uses the type's, and stays disabled", async () => {
    const sandbox = await openSandbox();
    const named = await call(sandbox, "POST", BASE, { catalogId: OKTA_V2, displayName: "Directory" });
    expect(named.json.connectorView.connector).toMatchObject({
      displayName: "Directory",
      userIds: [PEOPLE.caller.id],
      config: null,
      status: { status: "SYNC_STATUS_DISABLED", startedAt: null },
    });
    const unnamed = await call(sandbox, "POST", BASE, { catalogId: OKTA_V2 });
    expect(unnamed.json.connectorView.connector.displayName).toBe("Okta v2");
    const { id } = named.json.connectorView.connector;
    const sync = await call(sandbox, "POST", `${BASE}/${id}/force_sync`, {});
    expect([sync.status, sync.json.code]).toEqual([400, 9]);
  });

  it("accepts no config field, and refuses retired types", async () => {
    const sandbox = await openSandbox();
    const configured = await call(sandbox, "POST", BASE, { catalogId: OKTA_V2, config: oktaConfig });
    expect(configured.json.message).toContain('unknown field "config"');
    const retired = await call(sandbox, "POST", BASE, { catalogId: RETIRED });
    expect([retired.status, retired.json.message]).toEqual([
      400,
      expect.stringContaining("connector is retired"),
    ]);
  });
});

describe("the expand mask", () => {
  it.each([
    ["app_id", true, false],
    ["user_ids", false, true],
    ["*", true, true],
    ["capabilities", false, false],
  ])("%s points into expanded", async (path, hasApp, hasUsers) => {
    const sandbox = await openSandbox();
    const body = { catalogId: OKTA_V2, userIds: [PEOPLE.janeDoe.id], expandMask: { paths: [path] } };
    const { json } = await call(sandbox, "POST", BASE, body);
    const resolve = (jsonPath: string) =>
      json.expanded[Number(/^\$\.expanded\[(\d+)\]$/.exec(jsonPath)?.[1])];
    expect(json.connectorView.appPath !== "").toBe(hasApp);
    expect(json.connectorView.usersPath !== "").toBe(hasUsers);
    if (hasApp) {
      expect(resolve(json.connectorView.appPath)).toMatchObject({
        "@type": "type.googleapis.com/c1.api.app.v1.App",
        displayName: "Slack",
      });
    }
    if (hasUsers)
      expect(resolve(json.connectorView.usersPath)).toMatchObject({ email: PEOPLE.janeDoe.email });
    expect(json.expanded).toHaveLength(Number(hasApp) + Number(hasUsers));
  });
});
