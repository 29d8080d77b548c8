import { describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE, POLICIES } from "../../../src/sandbox/seed.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { call, NOBODY, openSandbox, type Reply } from "./harness.ts";

const names = (reply: Reply) => reply.json.list.map((row: { displayName: string }) => row.displayName);

describe("reading apps", () => {
  it("shows every field in proto3 style", async () => {
    const sandbox = await openSandbox();
    const { json } = await call(sandbox, "GET", `/api/v1/apps/${APPS.hr.id}`);
    expect(json.app).toMatchObject({
      displayName: "Acme HR",
      instructions: "",
      userCount: "412",
      monthlyCostUsd: 12,
      strictAccessEntitlementProvisioning: false,
      appOwners: null,
      deletedAt: null,
    });
  });

  it("omits deleted apps from lists and searches, and answers 404 for them", async () => {
    const sandbox = await openSandbox();
    const list = await call(sandbox, "GET", "/api/v1/apps");
    expect(names(list)).not.toContain("Legacy Payroll");
    const search = await call(sandbox, "POST", "/api/v1/search/apps", { displayName: "Legacy Payroll" });
    expect(search.json).toEqual({ list: [], nextPageToken: "" });
    expect((await call(sandbox, "GET", `/api/v1/apps/${APPS.deleted.id}`)).status).toBe(404);
  });

  it("finds two apps with one name, by any case and by a part of it", async () => {
    const sandbox = await openSandbox();
    const twins = await call(sandbox, "POST", "/api/v1/search/apps", { displayName: "acme FINANCE" });
    expect(names(twins)).toEqual(["Acme Finance", "Acme Finance"]);
    const part = await call(sandbox, "POST", "/api/v1/search/apps", { displayName: "hub" });
    expect(names(part)).toEqual(["GitHub"]);
  });

  it.each([
    ["Straßenplaner", "STRASSEN"],
    ["Οδοσήμανση", "ΟΔΟΣ"],
    ["Oﬃce", "OFFICE"],
    ["Ｗｉｄｅ", "wide"],
    ["Cafe\u0301", "CAFÉ"],
  ])("finds %s by %s, by name and by query", async (displayName, asked) => {
    const sandbox = await openSandbox();
    await call(sandbox, "POST", "/api/v1/apps", { displayName });
    for (const field of ["displayName", "query"]) {
      const found = await call(sandbox, "POST", "/api/v1/search/apps", { [field]: asked });
      expect([field, names(found)]).toEqual([field, [displayName]]);
    }
  });

  it("searches fuzzily by query, best matches first", async () => {
    const sandbox = await openSandbox();
    const found = names(await call(sandbox, "POST", "/api/v1/search/apps", { query: "acme hr" }));
    expect(found[0]).toBe("Acme HR");
    expect(found).toContain("Acme Wiki");
    expect(found).not.toContain("Slack");
  });

  it("filters by id, policy and kind", async () => {
    const sandbox = await openSandbox();
    const search = async (body: unknown) => names(await call(sandbox, "POST", "/api/v1/search/apps", body));
    expect(await search({ appIds: [APPS.wiki.id, APPS.slack.id], excludeAppIds: [APPS.slack.id] })).toEqual([
      "Acme Wiki",
    ]);
    expect(await search({ policyRefs: [{ id: POLICIES.certify.id }] })).toEqual(["Acme HR"]);
    expect(await search({ onlyDirectories: true })).toEqual(["Okta"]);
  });

  it("returns owners only from the owner calls, and none for a missing app", async () => {
    const sandbox = await openSandbox();
    const owners = await call(sandbox, "GET", `/api/v1/apps/${APPS.hr.id}/owners`);
    expect(owners.json.list.map((user: { email: string }) => user.email)).toEqual([
      PEOPLE.priya.email,
      PEOPLE.caller.email,
    ]);
    const ids = await call(sandbox, "GET", `/api/v1/apps/${APPS.hr.id}/ownerids`);
    expect(ids.json).toEqual({ userIds: [PEOPLE.priya.id, PEOPLE.caller.id] });
    const unknown = await call(sandbox, "GET", `/api/v1/apps/${NOBODY}/owners`);
    expect([unknown.status, unknown.json]).toEqual([200, { list: [], nextPageToken: "" }]);
    expect((await call(sandbox, "GET", `/api/v1/apps/${APPS.deleted.id}/ownerids`)).json).toEqual({
      userIds: [],
    });
  });
});

describe("creating an app", () => {
  const full = {
    displayName: "Acme CRM",
    description: "Customers",
    instructions: "Ask nicely",
    grantPolicyId: POLICIES.managerApproval.id,
    revokePolicyId: POLICIES.revoke.id,
    certifyPolicyId: POLICIES.certify.id,
    identityMatching: "APP_USER_IDENTITY_MATCHING_DISPLAY_NAME",
    monthlyCostUsd: 40,
    strictAccessEntitlementProvisioning: true,
    annotations: { "acme/team": "sales" },
  };

  it("stores what was sent and shows it from then on", async () => {
    const sandbox = await openSandbox();
    const created = await call(sandbox, "POST", "/api/v1/apps", full);
    expect(created.status).toBe(200);
    expect(created.json.app).toMatchObject({ ...full, userCount: "0" });
    expect(created.json.app.id).toMatch(/^[a-zA-Z0-9]{27}$/);
    const read = await call(sandbox, "GET", `/api/v1/apps/${created.json.app.id}`);
    expect(read.json).toEqual(created.json);
  });

  it("accepts a second app with the same name", async () => {
    const sandbox = await openSandbox();
    const first = await call(sandbox, "POST", "/api/v1/apps", { displayName: "Twice" });
    const second = await call(sandbox, "POST", "/api/v1/apps", { displayName: "Twice" });
    expect(second.json.app.id).not.toBe(first.json.app.id);
  });

  it("makes the caller an owner besides the named ones, visible only later", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    const { json } = await call(sandbox, "POST", "/api/v1/apps", {
      displayName: "Owned",
      owners: [PEOPLE.janeDoe.id],
    });
    const owners = async () =>
      (await call(sandbox, "GET", `/api/v1/apps/${json.app.id}/ownerids`)).json.userIds;
    clock.advance(44_999);
    expect(await owners()).toEqual([]);
    clock.advance(1);
    expect(await owners()).toEqual([PEOPLE.caller.id, PEOPLE.janeDoe.id]);
  });

  it("can be hidden from reads for a while", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock, objectDelayMs: 2000 });
    const { json } = await call(sandbox, "POST", "/api/v1/apps", { displayName: "Late" });
    const status = async () => (await call(sandbox, "GET", `/api/v1/apps/${json.app.id}`)).status;
    expect(await status()).toBe(404);
    const connector = await call(sandbox, "POST", `/api/v1/apps/${json.app.id}/connectors`, {
      catalogId: CONNECTORS.wiki.catalogId,
    });
    expect(connector.status).toBe(200);
    clock.advance(2000);
    expect(await status()).toBe(200);
  });

  const people = Object.values(PEOPLE);
  const refusals: [name: string, change: Record<string, unknown>, message: string][] = [
    ["33 owners", { owners: Array.from({ length: 33 }, () => PEOPLE.caller.id) }, "at most 32"],
    ["an owner who is not there", { owners: [NOBODY] }, "owners[0]: user not found"],
    ["a deleted owner", { owners: [PEOPLE.deleted.id] }, "owners[0]: user not found"],
    ["an unknown policy", { grantPolicyId: NOBODY }, "grantPolicyId: policy not found"],
    ["a deleted policy", { grantPolicyId: POLICIES.deleted.id }, "grantPolicyId: policy not found"],
    ["a policy of another type", { revokePolicyId: POLICIES.managerApproval.id }, "POLICY_TYPE_REVOKE"],
    [
      "an entitlement of no app",
      { appEntitlementOwnerRefs: [{ appId: NOBODY, id: NOBODY }] },
      "app not found",
    ],
    [
      "17 annotations",
      {
        annotations: Object.fromEntries(
          people
            .concat(people)
            .slice(0, 17)
            .map((_, i) => [`k${i}`, "v"]),
        ),
      },
      "16 pair",
    ],
    ["a bad annotation key", { annotations: { "1st": "v" } }, 'key "1st"'],
    ["a reserved annotation key", { annotations: { "c1/x": "v" } }, "reserved prefix"],
    ["a long annotation", { annotations: { k: "v".repeat(257) } }, "longer than 256"],
    ["an annotation with a space", { annotations: { k: "a b" } }, "URL-safe"],
    [
      "4097 bytes of annotations",
      {
        annotations: Object.fromEntries(
          Array.from({ length: 16 }, (_, i) => [`key${String(i).padStart(2, "0")}`, "v".repeat(256)]),
        ),
      },
      "4096 bytes",
    ],
    [
      "owners beside matchBatonRef",
      {
        owners: [PEOPLE.caller.id],
        matchBatonRef: { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id, externalId: "app::1" },
      },
      "owners must be empty",
    ],
    [
      "a matchBatonRef without a type",
      { matchBatonRef: { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id, externalId: "1" } },
      "<resource type>::<resource id>",
    ],
    [
      "a matchBatonRef to nothing",
      { matchBatonRef: { appId: APPS.hr.id, connectorId: NOBODY, externalId: "app::1" } },
      "connector not found",
    ],
  ];
  it.each(refusals)("refuses %s", async (_name, change, message) => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, "POST", "/api/v1/apps", { displayName: "Refused", ...change });
    expect([reply.status, reply.json.code]).toEqual([400, 3]);
    expect(reply.json.message).toContain(message);
    expect(sandbox.state.apps.some(({ displayName }) => displayName === "Refused")).toBe(false);
  });

  it("accepts 32 owners without duplicates, and a matchBatonRef on its own", async () => {
    const sandbox = await openSandbox({ people: 40, appOwnerDelayMs: 0 });
    const owners = sandbox.state.users.slice(-32).map(({ id }) => id);
    const { json } = await call(sandbox, "POST", "/api/v1/apps", { displayName: "Many", owners });
    expect((await call(sandbox, "GET", `/api/v1/apps/${json.app.id}/ownerids`)).json.userIds).toHaveLength(
      33,
    );
    const matchBatonRef = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id, externalId: "app::1" };
    const matched = await call(sandbox, "POST", "/api/v1/apps", { displayName: "Matched", matchBatonRef });
    expect(matched.json.app.matchBatonRef).toEqual(matchBatonRef);
  });
});
