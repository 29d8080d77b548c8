import { describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../../src/sandbox/seed.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { call, NOBODY, openSandbox } from "./harness.ts";

const OWNERS = `/api/v2/apps/${APPS.hr.id}/connectors/${CONNECTORS.hrOkta.id}/owners`;
const rowOf = (userId: string, role = "primary") => `${OWNERS}/users/${role}/${userId}`;
const jane = PEOPLE.janeDoe;

describe("connector owners", () => {
  it("are listed with their users", async () => {
    const sandbox = await openSandbox();
    const { json } = await call(sandbox, "GET", `${OWNERS}/users?role_slug=primary`);
    expect(json.nextPageToken).toBe("");
    expect(json.list).toMatchObject([
      {
        appId: APPS.hr.id,
        connectorId: CONNECTORS.hrOkta.id,
        roleSlug: "primary",
        user: { email: PEOPLE.priya.email },
      },
      { roleSlug: "primary", user: { id: PEOPLE.samLee.id } },
    ]);
    expect(json.list[0]).not.toHaveProperty("visibleAt");
  });

  it.each([
    [{ userRef: { id: jane.id } }],
    [{}],
    [{ userRef: null }],
  ])("are added with the body %j", async (body) => {
    const sandbox = await openSandbox();
    const added = await call(sandbox, "POST", rowOf(jane.id), body);
    expect(added.status).toBe(200);
    expect(added.json.connectorOwnerUser).toMatchObject({ roleSlug: "primary", user: { id: jane.id } });
    const read = await call(sandbox, "GET", rowOf(jane.id));
    expect(read.json).toEqual(added.json);
  });

  it("are added once", async () => {
    const sandbox = await openSandbox();
    const first = await call(sandbox, "POST", rowOf(PEOPLE.samLee.id), {});
    expect([first.status, first.json.connectorOwnerUser.user.id]).toEqual([200, PEOPLE.samLee.id]);
    expect(sandbox.state.owners).toHaveLength(2);
  });

  it("can become visible only later", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock, connectorOwnerDelayMs: 60_000 });
    expect((await call(sandbox, "POST", rowOf(jane.id), {})).status).toBe(200);
    expect((await call(sandbox, "GET", rowOf(jane.id))).status).toBe(404);
    expect((await call(sandbox, "GET", `${OWNERS}/users`)).json.list).toHaveLength(2);
    clock.advance(60_000);
    expect((await call(sandbox, "GET", rowOf(jane.id))).status).toBe(200);
    expect((await call(sandbox, "GET", `${OWNERS}/users`)).json.list).toHaveLength(3);
  });

  it.each([
    ["an unknown role", rowOf(jane.id, "technical"), {}, 400, "technical"],
    ["another user in the body", rowOf(jane.id), { userRef: { id: PEOPLE.zoe.id } }, 400, "differs"],
    ["an unknown field", rowOf(jane.id), { userId: jane.id }, 400, 'unknown field "userId"'],
    ["a user who is not there", rowOf(NOBODY), {}, 404, "not found"],
    ["a deleted user", rowOf(PEOPLE.deleted.id), {}, 404, "not found"],
    ["a mail address", rowOf("jane.doe%40acme.example"), {}, 400, "regex pattern"],
    ["no body", rowOf(jane.id), undefined, 400, "unexpected token null"],
    ["an unknown connector", rowOf(jane.id).replace(CONNECTORS.hrOkta.id, NOBODY), {}, 404, "not found"],
    ["a connector of another app", rowOf(jane.id).replace(APPS.hr.id, APPS.wiki.id), {}, 404, "not found"],
    [
      "a deleted connector",
      rowOf(jane.id).replace(CONNECTORS.hrOkta.id, CONNECTORS.deleted.id),
      {},
      404,
      "not found",
    ],
  ])("are not added for %s", async (_name, path, body, status, message) => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, "POST", path, body);
    expect(reply.status).toBe(status);
    expect(reply.json.message).toContain(message);
    expect(sandbox.state.owners).toHaveLength(2);
  });

  it("have no GET on the bare path, and no rows for an unknown connector", async () => {
    const sandbox = await openSandbox();
    expect((await call(sandbox, "GET", OWNERS)).status).toBe(501);
    const unknown = await call(
      sandbox,
      "GET",
      `/api/v2/apps/${APPS.hr.id}/connectors/${NOBODY}/owners/users`,
    );
    expect(unknown.json).toEqual({ list: [], nextPageToken: "" });
  });

  it("can be removed, with or without a body", async () => {
    const sandbox = await openSandbox();
    const removed = await call(sandbox, "DELETE", rowOf(PEOPLE.samLee.id));
    expect([removed.status, removed.json]).toEqual([200, {}]);
    expect((await call(sandbox, "DELETE", rowOf(PEOPLE.samLee.id))).status).toBe(404);
    const body = { userRef: { id: PEOPLE.priya.id } };
    expect((await call(sandbox, "DELETE", rowOf(PEOPLE.priya.id), body)).status).toBe(200);
    expect(sandbox.state.owners).toEqual([]);
  });

  it("are all replaced by PUT", async () => {
    const sandbox = await openSandbox();
    const entitlement = { appId: APPS.hr.id, id: NOBODY };
    const body = {
      roleSlug: "primary",
      userRefs: [{ id: jane.id }, { id: PEOPLE.priya.id }],
      appEntitlementRefs: [entitlement],
    };
    expect((await call(sandbox, "PUT", OWNERS, body)).json).toEqual({});
    const users = (await call(sandbox, "GET", `${OWNERS}/users`)).json.list;
    expect(users.map((row: { user: { id: string } }) => row.user.id)).toEqual([PEOPLE.priya.id, jane.id]);
    const entitlements = (await call(sandbox, "GET", `${OWNERS}/entitlements`)).json.list;
    expect(entitlements).toMatchObject([{ roleSlug: "primary", appEntitlement: entitlement }]);
    const one = await call(sandbox, "GET", `${OWNERS}/entitlements/primary/${APPS.hr.id}/${NOBODY}`);
    expect(one.json.connectorOwnerEntitlement).toEqual(entitlements[0]);
    expect((await call(sandbox, "PUT", OWNERS, { userRefs: [] })).status).toBe(400);
  });
});
