import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APPS, PEOPLE } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";

const tokens = (value: unknown) => encode(JSON.stringify(value)).length;

const JOB: readonly [tool: string, args: object][] = [
  [
    "create_app",
    {
      displayName: "Acme CRM",
      owners: ["jane.doe@acme.example"],
      grantPolicyId: "Manager approval",
      monthlyCostUsd: 25,
    },
  ],
  [
    "create_connector",
    {
      appId: "Acme CRM",
      catalogId: "okta_v2",
      config: {
        okta_v2_domain: "acme.okta.example",
        okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" },
      },
    },
  ],
  [
    "add_connector_user_owner",
    { appId: "Acme CRM", connectorId: "Okta v2", userRefId: "sam.lee@acme.example" },
  ],
];

describe("the job with names only", () => {
  it("takes three calls with short results", async ({ onTestFinished }) => {
    const rig = await createRig();
    onTestFinished(() => rig.close());
    for (const [tool, args] of JOB) {
      const { isError, text, value } = await rig.call(tool, args);
      expect(isError, text).toBe(false);
      expect(tokens(value), text).toBeLessThanOrEqual(150);
    }
    expect(rig.writes().map(({ operation }) => operation)).toEqual([
      "apps.create",
      "connectors.create",
      "connectorOwners.add",
    ]);
  });

  it("stays below 220 tokens if nothing could be looked up and everything was requested", async ({
    onTestFinished,
  }) => {
    const rig = await createRig();
    onTestFinished(() => rig.close());
    const { value: app } = await rig.call("create_app", { displayName: "Acme CRM" });
    const { value: connector } = await rig.call("create_connector", {
      appId: app.appId,
      catalogId: "okta_v2",
    });
    rig.sandbox.only(["token", "apps.create", "connectors.create", "connectorOwners.add"]);
    const owners = [PEOPLE.janeDoe.id, PEOPLE.samLee.id, PEOPLE.janeRoe.id];
    const results = [
      await rig.call("create_app", {
        displayName: "A name as long as names of apps in large companies come to be, with its department",
        owners,
        grantPolicyId: "2hwL4IVFYHkB609oc6CFKzs9SXE",
      }),
      await rig.call("create_connector", {
        appId: app.appId,
        catalogId: "2kG3aTftCcAvWtHZt2Ywry0dPn7",
        userIds: owners,
        config: JOB[1]?.[1] && { okta_v2_domain: "acme.okta.example" },
        ifExists: "create",
      }),
      await rig.call("add_connector_user_owner", {
        appId: app.appId,
        connectorId: connector.connectorId,
        userRefId: PEOPLE.samLee.id,
      }),
    ];
    for (const { isError, text, value } of results) {
      expect(isError, text).toBe(false);
      expect(value.unchecked).not.toEqual([]);
      expect(tokens(value), text).toBeLessThanOrEqual(220);
    }
  });
});

const NO_APP = "Nothing was changed. Look for the app with find_apps, or create it with create_app.";

describe("an unclear reference", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig();
  });
  afterAll(() => rig.close());

  const connect = (more: object) =>
    ["create_connector", { appId: "Acme HR", catalogId: "asana", ...more }] as const;

  it.each([
    [
      "two apps of one name",
      ...connect({ appId: "acme finance" }),
      "ambiguous_reference",
      APPS.financeAgain.id,
    ],
    ["an app that was deleted", ...connect({ appId: "Legacy Payroll" }), "not_found", "Legacy Payroll"],
    ["an app that only begins like others", ...connect({ appId: "Acme Bilingual" }), "not_found", NO_APP],
    ["an app by its description", ...connect({ appId: "general ledger" }), "not_found", APPS.finance.id],
    ["an app with a typo", ...connect({ appId: "Acme Wikki" }), "not_found", APPS.wiki.id],
    [
      "a type whose family has a newer one",
      ...connect({ catalogId: "Okta" }),
      "ambiguous_reference",
      "okta_v2",
    ],
    ["the same by its slug", ...connect({ catalogId: "okta" }), "ambiguous_reference", "okta_v2"],
    ["another such family", ...connect({ catalogId: "GitHub" }), "ambiguous_reference", "github_v2"],
    [
      "two types of one name",
      ...connect({ catalogId: "Jira Cloud" }),
      "ambiguous_reference",
      "jira_cloud_v2",
    ],
    ["a word for no type", ...connect({ catalogId: "oktaa" }), "not_found", "okta_v2"],
    [
      "a disabled owner",
      "create_app",
      { displayName: "X", owners: [PEOPLE.disabled.email] },
      "invalid_arguments",
      "disabled",
    ],
    [
      "a deleted owner",
      "create_app",
      { displayName: "X", owners: [PEOPLE.deleted.email] },
      "not_found",
      "nobody",
    ],
    [
      "a first name",
      "create_app",
      { displayName: "X", owners: ["jane@acme.example"] },
      "not_found",
      PEOPLE.janeRoe.id,
    ],
    [
      "two policies of one name",
      "create_app",
      { displayName: "X", grantPolicyId: "Two-step approval" },
      "ambiguous_reference",
      "and",
    ],
    [
      "a policy of the wrong type",
      "create_app",
      { displayName: "X", grantPolicyId: "Quarterly review" },
      "not_found",
      "CERTIFY",
    ],
    [
      "a deleted policy",
      "create_app",
      { displayName: "X", grantPolicyId: "Legacy approval" },
      "not_found",
      "Legacy approval",
    ],
    [
      "a connector that is not there",
      "add_connector_user_owner",
      { appId: "Acme HR", connectorId: "Workday", userRefId: PEOPLE.samLee.id },
      "not_found",
      "Okta",
    ],
  ] as const)("%s is answered with candidates or a reason, and nothing is written", async (_what, tool, args, code, words) => {
    const { isError, text } = await rig.call(tool, args);
    expect(isError, text).toBe(true);
    expect(text).toMatch(new RegExp(`^\\[${code}\\]`));
    expect(text.toLowerCase()).toContain(words.toLowerCase());
    expect(text).toContain("Nothing was changed.");
    expect(rig.writes()).toEqual([]);
  });
});

describe("a tenant with 5,000 people and 2,000 apps", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig({ sandbox: { people: 5_000, apps: 2_000 } });
  });
  afterAll(() => rig.close());

  it.each([
    "find_users",
    "find_apps",
  ])("%s shows every row once, ten per page, each page below 2 KB", async (tool) => {
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const { value, text } = await rig.call(tool, cursor === undefined ? {} : { cursor });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
      const items = value.items as { id: string }[];
      expect(items.length).toBeLessThanOrEqual(10);
      seen.push(...items.map(({ id }) => id));
      cursor = value.nextCursor;
      expect(value.more === undefined).toBe(cursor === undefined);
    } while (cursor !== undefined && seen.length < 400);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(400);
  });

  it("still finds one person and one app by name, with few requests", async () => {
    rig.forget();
    const { isError, text } = await rig.call("add_connector_user_owner", {
      appId: "Acme HR",
      connectorId: "Okta v2",
      userRefId: "sam.lee@acme.example",
      dryRun: true,
    });
    expect(isError, text).toBe(false);
    expect(rig.requests().length).toBeLessThanOrEqual(16);
    expect(rig.writes()).toEqual([]);
  });
});
