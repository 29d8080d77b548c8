import { describe, expect, it } from "vitest";
import { APPS, PEOPLE, POLICIES } from "../../../src/sandbox/seed.ts";
import { call, NOBODY, openSandbox } from "./harness.ts";

type UserRows = { user: { displayName: string; email: string } }[];

describe("searching people", () => {
  async function search(body: unknown): Promise<string[]> {
    const sandbox = await openSandbox();
    const { json } = await call(sandbox, "POST", "/api/v1/search/users", body);
    return (json.list as UserRows).map(({ user }) => user.email);
  }

  it("returns wrapped rows", async () => {
    const sandbox = await openSandbox();
    const { json } = await call(sandbox, "POST", "/api/v1/search/users", { email: "JANE.DOE@acme.example" });
    expect(json.list).toHaveLength(1);
    expect(json.list[0]).toMatchObject({
      user: { id: PEOPLE.janeDoe.id, status: "ENABLED", deletedAt: null },
      userId: PEOPLE.janeDoe.id,
      rolesPath: "",
      objectPermissions: null,
    });
    expect(json.list[0].displayName).toBeUndefined();
  });

  it("matches any of a person's e-mail addresses exactly", async () => {
    expect(await search({ email: "jane.doe" })).toEqual([]);
    expect(await search({ email: "jdoe@acme.example" })).toEqual(["jane.doe@acme.example"]);
    expect(await search({ email: "jdoe＠acme.example" })).toEqual([]);
  });

  it("matches the query fuzzily: it also finds another Jane", async () => {
    expect(await search({ query: "Jane Doe" })).toEqual(["jane.doe@acme.example", "jane.roe@acme.example"]);
    expect(await search({ query: "MÜLLER" })).toEqual(["zoe.mueller@acme.example"]);
    expect(await search({ query: "Chris Park" })).toHaveLength(2);
    expect(await search({ query: "nobody of this name" })).toEqual([]);
  });

  it("shows disabled people, and deleted ones on request", async () => {
    expect(await search({ query: "dana" })).toEqual([PEOPLE.disabled.email]);
    expect(await search({ query: "victor" })).toEqual([]);
    expect(await search({ userStatuses: ["DELETED"] })).toEqual([PEOPLE.deleted.email]);
    expect(await search({ refs: [{ id: PEOPLE.deleted.id }] })).toEqual([PEOPLE.deleted.email]);
  });

  it("filters", async () => {
    expect(await search({ departments: ["Legal"] })).toEqual([PEOPLE.zoe.email]);
    expect(await search({ jobTitles: ["Controller"] })).toEqual([PEOPLE.janeRoe.email]);
    expect(await search({ roleIds: ["system:owner"] })).toEqual([PEOPLE.caller.email]);
    expect(await search({ origins: ["USER_ORIGIN_LOCAL"] })).toEqual([PEOPLE.service.email]);
    expect(await search({ query: "jane", excludeIds: [PEOPLE.janeDoe.id] })).toEqual([PEOPLE.janeRoe.email]);
    expect(await search({ query: "acme", excludeTypes: ["USER_TYPE_SERVICE"] })).not.toContain(
      PEOPLE.service.email,
    );
    expect(await search({ managerIds: [PEOPLE.manager.id], query: "grace" })).toEqual([]);
    expect(await search({ delegateStatus: "DELEGATE_STATUS_HAS_DELEGATE" })).toEqual([]);
    expect(await search({ ids: [PEOPLE.yuki.id] })).toEqual([PEOPLE.yuki.email]);
  });

  it("refuses prefixed statuses and unknown mask paths", async () => {
    const sandbox = await openSandbox();
    for (const body of [{ userStatuses: ["USER_STATUS_ENABLED"] }, { expandMask: { paths: ["roles"] } }]) {
      expect((await call(sandbox, "POST", "/api/v1/search/users", body)).status).toBe(400);
    }
  });
});

describe("one person", () => {
  it("is returned in a view, and a deleted one with its deletion date", async () => {
    const sandbox = await openSandbox();
    const jane = await call(sandbox, "GET", `/api/v1/users/${PEOPLE.janeDoe.id}`);
    expect(jane.json).toMatchObject({ userView: { user: { email: PEOPLE.janeDoe.email } }, expanded: [] });
    const gone = await call(sandbox, "GET", `/api/v1/users/${PEOPLE.deleted.id}`);
    expect(gone.json.userView.user).toMatchObject({ status: "DELETED", deletedAt: PEOPLE.deleted.deletedAt });
    expect((await call(sandbox, "GET", `/api/v1/users/${NOBODY}`)).status).toBe(404);
  });
});

describe("policies", () => {
  async function search(body: unknown): Promise<string[]> {
    const sandbox = await openSandbox();
    const { json } = await call(sandbox, "POST", "/api/v1/search/policies", body);
    return json.list.map((policy: { id: string }) => policy.id);
  }

  it("are returned bare, and by default only global, live ones", async () => {
    const sandbox = await openSandbox();
    const { json } = await call(sandbox, "POST", "/api/v1/search/policies", {
      policyTypes: ["POLICY_TYPE_CERTIFY"],
    });
    expect(json.list).toMatchObject([
      { displayName: "Quarterly review", policyType: "POLICY_TYPE_CERTIFY", deletedAt: null },
    ]);
    const all = await search({});
    expect(all).not.toContain(POLICIES.deleted.id);
    expect(all).not.toContain(POLICIES.scoped.id);
    expect(await search({ includeDeleted: true })).toContain(POLICIES.deleted.id);
    expect(await search({ policyTypes: ["POLICY_TYPE_PROVISION"] })).toEqual([]);
  });

  it("may share a name", async () => {
    expect(await search({ displayName: "two-step APPROVAL" })).toEqual([
      POLICIES.twoStep.id,
      POLICIES.twoStepAgain.id,
    ]);
    expect(await search({ displayName: "two-step" })).toEqual([]);
    expect(await search({ query: "two-step approval" })).toContain(POLICIES.managerApproval.id);
  });

  it("with a scope are shown by a view of it, or by reference", async () => {
    expect(await search({ scopeView: "POLICY_SCOPE_VIEW_SCOPED" })).toEqual([POLICIES.scoped.id]);
    expect(await search({ scopeView: "POLICY_SCOPE_VIEW_SCOPED", scopeAppId: APPS.wiki.id })).toEqual([]);
    expect(await search({ scopeView: "POLICY_SCOPE_VIEW_ALL" })).toContain(POLICIES.scoped.id);
    expect(
      await search({ scopeView: "POLICY_SCOPE_VIEW_GLOBAL_AND_OBJECT", scopeAppId: APPS.hr.id }),
    ).toContain(POLICIES.scoped.id);
    expect(await search({ refs: [{ id: POLICIES.scoped.id }] })).toEqual([POLICIES.scoped.id]);
    expect(await search({ excludePolicyIds: [POLICIES.revoke.id] })).not.toContain(POLICIES.revoke.id);
  });

  it("are returned individually, including deleted ones", async () => {
    const sandbox = await openSandbox();
    const deleted = await call(sandbox, "GET", `/api/v1/policies/${POLICIES.deleted.id}`);
    expect([deleted.status, deleted.json.policy.deletedAt]).toEqual([200, POLICIES.deleted.deletedAt]);
    expect((await call(sandbox, "GET", `/api/v1/policies/${NOBODY}`)).status).toBe(404);
  });
});
