import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { C1Api } from "../../../src/c1/port.ts";
import { call, connect, failureOf, json, type Stub, startStub } from "./stub-tenant.ts";

/* Each response is compared with its request: a good status with wrong content does not count. */

const id = (word: string) => word.padEnd(27, "0");
const APP = id("app");
const CONNECTOR = id("connector");
const TYPE = id("type");
const USER = id("user");
const ROW = { appId: APP, connectorId: CONNECTOR, roleSlug: "primary", userId: USER };

const MALFORMED_IDS = ["", " ", "a", id("a b"), `${APP}0`, "é".repeat(27), "x ".repeat(2_500), 7, null, {}];

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

const OPEN = { code: "outcome_unknown", changed: "maybe", status: 200 };
const NO_ANSWER = { code: "unavailable", changed: "no" };

describe("a created app", () => {
  const create = () => c1.apps.create({ displayName: "Acme CRM" }).send(call());

  it.each([
    { displayName: "Other" },
    { displayName: "acme crm" },
    { displayName: "Acme CRM", deletedAt: "2026-01-01T00:00:00Z" },
    ...MALFORMED_IDS.map((malformed) => ({ id: malformed })),
  ])("is not accepted with %j", async (fields) => {
    stub.respond = json(200, { app: { id: APP, ...fields } });
    expect(await failureOf(create())).toMatchObject(OPEN);
  });

  it.each([
    {},
    { displayName: "" },
    { displayName: "Acme CRM", deletedAt: null },
  ])("is accepted with %j", async (fields) => {
    stub.respond = json(200, { app: { id: APP, ...fields } });
    expect(await create()).toMatchObject({ id: APP });
  });
});

describe("a created connector", () => {
  const common = { appId: APP, catalogId: TYPE };
  const creates = () => [
    c1.connectors.create({ ...common, config: {} }),
    c1.connectors.createDelegated({ ...common, displayName: "Okta" }),
  ];

  it.each([
    { appId: id("other") },
    { catalogId: id("other") },
    { deletedAt: "2026-01-01T00:00:00Z" },
    ...MALFORMED_IDS.map((malformed) => ({ id: malformed })),
  ])("is not accepted with %j", async (fields) => {
    stub.respond = json(200, { connectorView: { connector: { id: CONNECTOR, ...common, ...fields } } });
    for (const create of creates()) expect(await failureOf(create.send(call()))).toMatchObject(OPEN);
  });

  it("is accepted without the fields that were sent", async () => {
    stub.respond = json(200, { connectorView: { connector: { id: CONNECTOR, appId: "", catalogId: null } } });
    for (const create of creates()) expect(await create.send(call())).toEqual({ id: CONNECTOR });
  });
});

describe("an owner's row", () => {
  it.each([
    { user: { id: id("other") } },
    { user: { id: "somebody" }, roleSlug: "primary" },
    { roleSlug: "secondary" },
    { appId: id("other") },
    { connectorId: id("other") },
  ])("is not accepted with %j", async (fields) => {
    stub.respond = json(200, { connectorOwnerUser: { ...ROW, user: { id: USER }, ...fields } });
    expect(await failureOf(c1.connectorOwners.add(ROW).send(call()))).toMatchObject(OPEN);
    expect(await failureOf(c1.connectorOwners.get(ROW, call()))).toMatchObject(NO_ANSWER);
  });
});

describe("a look-up by id", () => {
  const other = { id: id("other"), displayName: "Other" };

  it.each<[string, object, () => Promise<unknown>]>([
    ["an app", { app: other }, () => c1.apps.get(APP, call())],
    ["a connector", { connectorView: { connector: other } }, () => c1.connectors.get(APP, CONNECTOR, call())],
    [
      "a connector of another app",
      { connectorView: { connector: { id: CONNECTOR, appId: id("other") } } },
      () => c1.connectors.get(APP, CONNECTOR, call()),
    ],
    ["a person", { userView: { user: other } }, () => c1.users.get(USER, call())],
    ["a policy", { policy: other }, () => c1.policies.get(id("policy"), call())],
  ])("%s: does not accept another object", async (_what, answer, read) => {
    stub.respond = json(200, answer);
    expect(await failureOf(read())).toMatchObject(NO_ANSWER);
  });
});

describe("an unreadable row of a list", () => {
  const lists: [string, () => Promise<unknown>, (id: unknown) => unknown][] = [
    ["apps", () => c1.apps.search({}, {}, call()), (rowId) => ({ id: rowId })],
    ["policies", () => c1.policies.search({}, {}, call()), (rowId) => ({ id: rowId })],
    ["users", () => c1.users.search({}, {}, call()), (rowId) => ({ user: { id: rowId } })],
    ["connectors", () => c1.connectors.list(APP, {}, call()), (rowId) => ({ connector: { id: rowId } })],
  ];

  it.each(lists)("%s: is counted, never skipped silently", async (_what, read, row) => {
    const list = [...MALFORMED_IDS.map(row), null, 3, "x", [], row(APP)];
    stub.respond = json(200, { list, nextPageToken: "" });
    expect(await read()).toMatchObject({ items: [{ id: APP }], unread: list.length - 1 });
  });

  it.each(
    lists,
  )("%s: a list of null, of nothing and a missing one are empty; any other value is unread", async (_what, read) => {
    for (const list of [undefined, null, []]) {
      stub.respond = json(200, { list });
      expect(await read()).toEqual({ items: [] });
    }
    for (const list of ["x", {}, 3, true]) {
      stub.respond = json(200, { list });
      expect(await read()).toEqual({ items: [], unread: 1 });
    }
  });

  it("a connector of another app is not listed", async () => {
    stub.respond = json(200, { list: [{ connector: { id: CONNECTOR, appId: id("other") } }] });
    expect(await c1.connectors.list(APP, {}, call())).toEqual({ items: [], unread: 1 });
  });

  it("an invalid or oversized page token leaves the rest unread", async () => {
    for (const nextPageToken of ["t".repeat(5_000), 7, {}]) {
      stub.respond = json(200, { list: [], nextPageToken });
      expect(await c1.apps.search({}, {}, call())).toEqual({ items: [], unread: 1 });
    }
  });
});
