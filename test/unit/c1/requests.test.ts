import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AppInput, C1Api, PreparedWrite } from "../../../src/c1/port.ts";
import { call, connect, json, raw, type Seen, type Stub, startStub } from "./stub-tenant.ts";

let stub: Stub;
let c1: C1Api;

beforeEach(async () => {
  stub = await startStub();
  c1 = connect(stub.url).c1;
});
afterEach(async () => {
  await c1.close();
  await stub.close();
});

const FULL_APP: Required<AppInput> = {
  displayName: "Acme CRM",
  description: "d",
  instructions: "i",
  owners: ["u10000000000000000000000000", "u20000000000000000000000000"],
  appEntitlementOwnerRefs: [{ appId: "a10000000000000000000000000", id: "e10000000000000000000000000" }],
  grantPolicyId: "p10000000000000000000000000",
  revokePolicyId: "p20000000000000000000000000",
  certifyPolicyId: "p30000000000000000000000000",
  identityMatching: "APP_USER_IDENTITY_MATCHING_STRICT",
  monthlyCostUsd: 0,
  strictAccessEntitlementProvisioning: false,
  annotations: { team: "", owner: "x" },
};

describe("request bodies of writes", () => {
  it("an app with all fields", () => {
    expect(c1.apps.create(FULL_APP).request).toEqual({
      method: "POST",
      path: "/api/v1/apps",
      body: FULL_APP,
    });
  });

  it("an app with only a name omits everything else", () => {
    const input = {
      displayName: "A",
      description: "",
      instructions: undefined,
      owners: [],
      appEntitlementOwnerRefs: [],
      annotations: {},
    };
    expect(c1.apps.create(input).request.body).toEqual({ displayName: "A" });
  });

  it("a configured connector", () => {
    const config = { "@type": "t", configuration: { k: { stringValue: "" } } };
    const full = c1.connectors.create({
      appId: "a10000000000000000000000000",
      catalogId: "k10000000000000000000000000",
      description: "d",
      userIds: ["u10000000000000000000000000"],
      config,
    });
    expect(full.request).toEqual({
      method: "POST",
      path: "/api/v1/apps/a10000000000000000000000000/connectors/create",
      body: {
        catalogId: "k10000000000000000000000000",
        description: "d",
        userIds: ["u10000000000000000000000000"],
        config,
        expandMask: { paths: ["app_id"] },
      },
    });
    expect(
      c1.connectors.create({
        appId: "a10000000000000000000000000",
        catalogId: "k10000000000000000000000000",
        userIds: [],
        config,
      }).request.body,
    ).toEqual({
      catalogId: "k10000000000000000000000000",
      config,
      expandMask: { paths: ["app_id"] },
    });
  });

  it("a delegated connector", () => {
    const expandMask = { paths: ["app_id"] };
    const input = {
      appId: "a10000000000000000000000000",
      catalogId: "k10000000000000000000000000",
      displayName: "Okta",
    };
    expect(c1.connectors.createDelegated(input).request).toEqual({
      method: "POST",
      path: "/api/v1/apps/a10000000000000000000000000/connectors",
      body: { catalogId: "k10000000000000000000000000", displayName: "Okta", expandMask },
    });
    expect(
      c1.connectors.createDelegated({ ...input, description: "d", userIds: ["u10000000000000000000000000"] })
        .request.body,
    ).toEqual({
      catalogId: "k10000000000000000000000000",
      displayName: "Okta",
      description: "d",
      userIds: ["u10000000000000000000000000"],
      expandMask,
    });
  });

  it("a connector owner", () => {
    const ref = {
      appId: "a10000000000000000000000000",
      connectorId: "c10000000000000000000000000",
      roleSlug: "primary",
      userId: "u10000000000000000000000000",
    };
    expect(c1.connectorOwners.add(ref).request).toEqual({
      method: "POST",
      path: "/api/v2/apps/a10000000000000000000000000/connectors/c10000000000000000000000000/owners/users/primary/u10000000000000000000000000",
      body: { userRef: { id: "u10000000000000000000000000" } },
    });
  });

  it("a connector's new config: complete, and nothing else by the mask", () => {
    const place = { appId: "a1".padEnd(27, "0"), connectorId: "c1".padEnd(27, "0") };
    const config = { "@type": "t", configuration: { k: { stringValue: "v" } } };
    expect(c1.connectors.update({ ...place, catalogId: "k1".padEnd(27, "0"), config }).request).toEqual({
      method: "POST",
      path: `/api/v1/apps/${place.appId}/connectors/${place.connectorId}`,
      body: {
        connector: { id: place.connectorId, appId: place.appId, catalogId: "k1".padEnd(27, "0"), config },
        updateMask: "config",
        expandMask: { paths: ["app_id"] },
      },
    });
  });

  it("a sync: an empty object, and an empty response is valid", async () => {
    const write = c1.connectors.forceSync("a1".padEnd(27, "0"), "c1".padEnd(27, "0"));
    expect(write.request.path).toMatch(/\/connectors\/c10+\/force_sync$/);
    stub.respond = raw(200, "");
    expect(await write.send(call())).toEqual({});
    expect(stub.api[0]).toMatchObject({ method: "POST", body: "{}" });
    stub.respond = raw(200, "<html>");
    await expect(write.send(call())).rejects.toMatchObject({ code: "outcome_unknown" });
  });

  it("an impossible path is refused before anything is sent", () => {
    const add = () => c1.connectorOwners.add({ appId: "a", connectorId: "c", roleSlug: "", userId: "u" });
    expect(add).toThrowError(/^roleSlug/);
    expect(() => c1.connectors.create({ appId: "..", catalogId: "k", config: {} })).toThrowError(/^appId/);
  });

  it("what is shown is what is sent, whatever happens to the input or the preview", async () => {
    const config = { configuration: { k: { stringValue: "v" } } };
    const write: PreparedWrite<unknown> = c1.connectors.create({
      appId: "a10000000000000000000000000",
      catalogId: "k10000000000000000000000000",
      config,
    });
    config.configuration.k.stringValue = "changed later";
    expect(() => Object.assign(write.request.body.config as object, { more: 1 })).toThrowError(TypeError);
    stub.respond = json(200, { connectorView: { connector: { id: "c1".padEnd(27, "0") } } });
    await write.send(call());
    expect(JSON.parse(stub.api[0]?.body ?? "")).toEqual(write.request.body);
    expect(stub.api[0]?.body).toContain('"stringValue":"v"');
  });
});

describe("requests on the wire", () => {
  it("a read sends no body and identifies the client", async () => {
    stub.respond = json(200, { app: { id: "a10000000000000000000000000" } });
    await c1.apps.get("a10000000000000000000000000", call());
    const { method, path, body, headers } = stub.api[0] as Seen;
    expect([method, path, body]).toEqual(["GET", "/api/v1/apps/a10000000000000000000000000", ""]);
    expect(headers).toMatchObject({
      accept: "application/json",
      authorization: "Bearer static-access-token",
      "user-agent": expect.stringMatching(/^c1-admin-mcp\/\d/),
    });
    expect(headers["content-type"]).toBeUndefined();
  });

  it("a search without criteria sends an empty object, never an empty body", async () => {
    await c1.users.search({}, {}, call());
    expect(stub.api[0]).toMatchObject({ method: "POST", path: "/api/v1/search/users", body: "{}" });
    expect(stub.api[0]?.headers["content-type"]).toBe("application/json");
  });

  it("a search sends its criteria", async () => {
    await c1.users.search({ query: "jane", email: "" }, { pageSize: 10, pageToken: "t" }, call());
    expect(JSON.parse(stub.api[0]?.body ?? "")).toEqual({ query: "jane", pageSize: 10, pageToken: "t" });
  });

  it("each write goes to the path that it shows", async () => {
    stub.respond = json(200, { app: { id: "a1".padEnd(27, "0") } });
    const write = c1.apps.create(FULL_APP);
    await write.send(call());
    expect(stub.api[0]).toMatchObject({ method: "POST", path: write.request.path });
    expect(JSON.parse(stub.api[0]?.body ?? "")).toEqual(write.request.body);
  });

  it("an impossible path rejects", async () => {
    await expect(c1.apps.get("", call())).rejects.toMatchObject({ code: "invalid_arguments" });
    await expect(c1.connectors.get("a", "../x", call())).rejects.toMatchObject({ code: "invalid_arguments" });
    expect(stub.api).toHaveLength(0);
  });
});
