import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { C1Api } from "../../../src/c1/port.ts";
import { call, connect, failureOf, json, type Stub, startStub } from "./stub-tenant.ts";

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

const OWNER = {
  appId: "a10000000000000000000000000",
  connectorId: "c10000000000000000000000000",
  roleSlug: "primary",
  userId: "u10000000000000000000000000",
};
const CONFIGURED = {
  appId: "a10000000000000000000000000",
  catalogId: "k10000000000000000000000000",
  config: {},
};

describe("apps", () => {
  it("reads the fields in use and ignores the rest", async () => {
    stub.respond = json(200, {
      app: {
        id: "a10000000000000000000000000",
        displayName: "Acme",
        description: "d",
        createdAt: "t1",
        deletedAt: "t2",
        userCount: "7",
      },
    });
    expect(await c1.apps.get("a10000000000000000000000000", call())).toEqual({
      id: "a10000000000000000000000000",
      displayName: "Acme",
      description: "d",
      createdAt: "t1",
      deletedAt: "t2",
    });
  });

  it("treats null, absent, empty and wrongly typed values alike", async () => {
    stub.respond = json(200, {
      app: {
        id: "a10000000000000000000000000",
        displayName: "",
        description: null,
        deletedAt: null,
        createdAt: 5,
      },
    });
    expect(await c1.apps.get("a10000000000000000000000000", call())).toEqual({
      id: "a10000000000000000000000000",
    });
  });

  it.each([{}, { app: null }, { app: { id: "" } }, { list: [] }])("finds no app in %j", async (answer) => {
    stub.respond = json(200, answer);
    expect(await failureOf(c1.apps.get("a10000000000000000000000000", call()))).toMatchObject({
      code: "unavailable",
      changed: "no",
      // Unlike a page of HTML, which means that there is no such operation.
      status: undefined,
    });
    expect(await failureOf(c1.apps.create({ displayName: "A" }).send(call()))).toMatchObject({
      code: "outcome_unknown",
      changed: "maybe",
      status: 200,
    });
  });
});

describe("users", () => {
  const jane = {
    id: "u10000000000000000000000000",
    displayName: "Jane",
    email: "j@x",
    emails: ["j@x", ""],
    jobTitle: "",
    department: null,
  };

  it("unwraps one user", async () => {
    stub.respond = json(200, {
      userView: { user: { ...jane, status: "NEW_STATUS", type: "USER_TYPE_HUMAN" } },
    });
    expect(await c1.users.get("u10000000000000000000000000", call())).toEqual({
      id: "u10000000000000000000000000",
      displayName: "Jane",
      email: "j@x",
      emails: ["j@x"],
      status: "NEW_STATUS",
      type: "USER_TYPE_HUMAN",
    });
  });

  it.each([
    { user: null },
    { user: {} },
    { user: { id: "", displayName: "" } },
    { userId: "u10000000000000000000000000" },
  ])("keeps the id of a blanked record %j", async (userView) => {
    stub.respond = json(200, { userView });
    expect(await c1.users.get("u10000000000000000000000000", call())).toEqual({
      id: "u10000000000000000000000000",
    });
  });

  it("does not accept a response without a view", async () => {
    stub.respond = json(200, { list: [] });
    expect(await failureOf(c1.users.get("u10000000000000000000000000", call()))).toMatchObject({
      code: "unavailable",
    });
  });

  it("unwraps search rows, omits unusable ones and passes on the page token", async () => {
    stub.respond = json(200, {
      list: [{ user: jane }, { user: null, userId: "u20000000000000000000000000" }, { user: null }, null, 3],
      nextPageToken: "next",
    });
    const page = await c1.users.search({ query: "j" }, {}, call());
    expect(page.items.map(({ id }) => id)).toEqual([
      "u10000000000000000000000000",
      "u20000000000000000000000000",
    ]);
    expect(page.nextPageToken).toBe("next");
  });

  it.each([
    { list: null, nextPageToken: "" },
    {},
    { list: [], nextPageToken: null },
  ])("reads %j as the end of the list", async (answer) => {
    stub.respond = json(200, answer);
    expect(await c1.users.search({}, {}, call())).toEqual({ items: [] });
  });
});

describe("connectors", () => {
  const connector = {
    id: "c10000000000000000000000000",
    appId: "a10000000000000000000000000",
    catalogId: "k10000000000000000000000000",
    displayName: "Okta",
    status: { status: "SYNC_STATUS_ERROR", lastError: "boom" },
    userIds: ["u10000000000000000000000000", null],
    updatedAt: "t",
    config: {
      "@type": "t",
      configuration: {
        okta_domain: { stringValue: "acme.okta.example" },
        bare: "as older tenants show it",
        blank: { stringValue: "" },
        map: { keyValues: { items: [] } },
      },
    },
  };

  it("unwraps a connector with its status and its app's name", async () => {
    const expanded = [{ displayName: "wrong" }, { "@type": "App", displayName: "Acme" }];
    stub.respond = json(200, { connectorView: { connector, appPath: "$.expanded[1]" }, expanded });
    expect(
      await c1.connectors.get("a10000000000000000000000000", "c10000000000000000000000000", call()),
    ).toEqual({
      id: "c10000000000000000000000000",
      appId: "a10000000000000000000000000",
      catalogId: "k10000000000000000000000000",
      displayName: "Okta",
      status: "SYNC_STATUS_ERROR",
      lastError: "boom",
      userIds: ["u10000000000000000000000000"],
      updatedAt: "t",
      appName: "Acme",
      configShown: new Map([
        ["okta_domain", "acme.okta.example"],
        ["bare", "as older tenants show it"],
      ]),
    });
  });

  it.each([
    ["", [{ displayName: "x" }]],
    ["$.expanded[7]", [{ displayName: "x" }]],
    ["$.expanded[0]", null],
    ["$.expanded[0]", [{ displayName: 3 }]],
    ["$.other[0]", [{ displayName: "x" }]],
  ])("finds no app name by the path %j in %j", async (appPath, expanded) => {
    stub.respond = json(200, {
      connectorView: { connector: { id: "c10000000000000000000000000", status: null }, appPath },
      expanded,
    });
    expect(await c1.connectors.create(CONFIGURED).send(call())).toEqual({
      id: "c10000000000000000000000000",
    });
  });

  it.each([
    {},
    { connectorView: null },
    { connectorView: { connector: null } },
    { connectorView: { connector: {} } },
  ])("a response without the new id leaves the outcome unknown: %j", async (answer) => {
    stub.respond = json(200, answer);
    const delegated = c1.connectors.createDelegated({ appId: "a", catalogId: "k", displayName: "n" });
    for (const write of [c1.connectors.create(CONFIGURED), delegated]) {
      expect(await failureOf(write.send(call()))).toMatchObject({
        code: "outcome_unknown",
        changed: "maybe",
      });
    }
  });
});

describe("connector owners", () => {
  it("reads the row", async () => {
    stub.respond = json(200, {
      connectorOwnerUser: {
        appId: OWNER.appId,
        roleSlug: "primary",
        createdAt: "t",
        user: { id: "u10000000000000000000000000", displayName: "Jane" },
      },
    });
    expect(await c1.connectorOwners.add(OWNER).send(call())).toEqual({
      roleSlug: "primary",
      createdAt: "t",
      userId: "u10000000000000000000000000",
      user: { id: "u10000000000000000000000000", displayName: "Jane" },
    });
  });

  it("accepts a row that does not show its person", async () => {
    stub.respond = json(200, { connectorOwnerUser: { roleSlug: "primary", user: null } });
    const { userId } = OWNER;
    expect(await c1.connectorOwners.add(OWNER).send(call())).toEqual({ roleSlug: "primary", userId });
  });

  it.each([
    {},
    { connectorOwnerUser: null },
    { connectorOwnerUser: { user: null } },
    { connectorOwnerUser: { roleSlug: "other", user: null } },
    { connectorOwnerUser: { roleSlug: "other", user: { id: OWNER.userId } } },
    { connectorOwnerUser: { roleSlug: "primary", user: { id: "u2".padEnd(27, "0") } } },
    { connectorOwnerUser: { roleSlug: "primary", user: { id: `${OWNER.userId} ` } } },
    { connectorOwnerUser: { appId: "x", user: { id: OWNER.userId } } },
    { connectorOwnerUser: { connectorId: "x", user: { id: OWNER.userId } } },
  ])("does not accept %j as proof of the add", async (answer) => {
    stub.respond = json(200, answer);
    await expect(c1.connectorOwners.add(OWNER).send(call())).rejects.toMatchObject({
      code: "outcome_unknown",
      changed: "maybe",
    });
  });
});

describe("identity", () => {
  it("reads it in the API's spelling", async () => {
    stub.respond = json(200, {
      userId: "",
      principleId: "p",
      tenantId: "t",
      roles: ["r"],
      permissions: null,
      features: [],
    });
    expect(await c1.session.introspect(call())).toEqual({
      principalId: "p",
      tenantId: "t",
      roles: ["r"],
      permissions: [],
    });
    expect(stub.api[0]).toMatchObject({ method: "GET", path: "/api/v1/auth/introspect" });
  });

  it("a response without an identity is not a sign-in", async () => {
    stub.respond = json(200, { userId: "", principleId: null, roles: ["r"] });
    expect(await failureOf(c1.session.introspect(call()))).toMatchObject({
      code: "not_authenticated",
      changed: "no",
    });
  });
});
