import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APPS } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";

/* No answer is a dead end: each says what to do next. */

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({ page: {} });
});
afterAll(() => rig.close());

const OKTA = { appId: "Acme HR", catalogId: "okta_v2" };

describe("a look-up without a hit", () => {
  it.each<[string, object, string]>([
    [
      "find_users",
      { query: "nobody" },
      "C1 shows nobody: try one part of the name, or the whole e-mail address.",
    ],
    [
      "find_users",
      { query: "no.body@acme.example" },
      "C1 shows nobody with exactly this e-mail address: try a part of the name.",
    ],
    [
      "find_apps",
      { query: "Travel Portall" },
      "C1 shows no app: try one word of its name; create_app makes a new one.",
    ],
    ["find_policies", { query: "nothing" }, "C1 shows no policy: try one word of its name, or no type."],
    [
      "find_connectors",
      { appId: APPS.slack.id },
      "C1 shows no connector of this app: create_connector makes one.",
    ],
  ])("%s %j", async (tool, args, more) => {
    expect((await rig.call(tool, args)).value).toEqual({ items: [], more });
  });
});

describe("apps that were found by a part of the query", () => {
  it.each<[string, object, string | undefined]>([
    ["none has the name", { query: "acme nothing" }, "None of these has exactly this name."],
    ["one has it", { query: "acme hr" }, undefined],
    ["the query is a part of names", { query: "acme" }, "None of these has exactly this name."],
    ["there is more", { query: "acme", limit: 2 }, "More apps match: narrow the query, or pass nextCursor."],
    ["there is no query", {}, undefined],
  ])("%s", async (_what, args, more) => {
    const { value } = await rig.call("find_apps", args);
    expect([(value.items as unknown[]).length > 0, value.more]).toEqual([true, more]);
  });
});

describe("a name that nothing has", () => {
  const grant = (grantPolicyId: string) => ({ displayName: "Next CRM", grantPolicyId, dryRun: true });

  it.each<[string, string, object, RegExp]>([
    [
      "is close to another",
      "find_connectors",
      { appId: "Acme HR", connectorId: "Oktta v2" },
      /^Close: "Okta/,
    ],
    ["is a part of another", "find_connectors", { appId: "Acme HR", connectorId: "okta" }, /^Close: "Okta/],
    [
      "is nothing like the connectors of the app",
      "find_connectors",
      { appId: "Acme HR", connectorId: "Zendesk" },
      /^The app has: "Okta v2".* Ask which one is meant\.$/,
    ],
    ["is close to an app", "find_connectors", { appId: "Acme HRR" }, /^Close: "Acme HR"/],
    [
      "is a part of another with words around it",
      "find_connectors",
      { appId: "Acme HR", connectorId: "the okta connector" },
      /^Close: "Okta/,
    ],
    ["is an app's with words around it", "find_connectors", { appId: "the Slack app" }, /^Close: "Slack"/],
    ["describes an app", "find_connectors", { appId: "General ledger" }, /^Close: "Acme Finance"/],
    [
      "shares one of many words with an app",
      "find_connectors",
      { appId: "Slack Archive Search" },
      /^Look for/,
    ],
    ["is close to a policy", "create_app", grant("Manager aproval"), /^Close: "Manager approval"/],
    [
      "shares a word with a policy",
      "create_app",
      grant("Approval by Legal"),
      /^C1 finds: "Manager approval"/,
    ],
  ])("%s", async (_what, tool, args, next) => {
    const { text } = await rig.call(tool, args);
    expect(text).toMatch(/^\[not_found\] /);
    expect(text.split("Nothing was changed. ")[1]).toMatch(next);
  });
});

describe("two mistakes in one call", () => {
  it("are both reported, without more requests than a right call makes", async () => {
    const { text } = await rig.call("create_connector", { appId: "Travel Portall", catalogId: "okta" });
    expect(text).toMatch(
      /^\[ambiguous_reference\] More than one argument is wrong:\n- catalogId: more than one connector type answers to "okta": "Okta v2 \(okta_v2\)", newer version \[\w{27}\]; "Okta \(okta\)", older version \[\w{27}\]\. Ask which one is meant and pass its id\.\n- appId: no app is named "Travel Portall"\. .*\nNothing was changed\. Correct these and call again\.$/,
    );
  });

  it("of people are both reported", async () => {
    const owners = ["no.body@acme.example", "jane.doe@acme.example", "nobody@acme.example"];
    const { text } = await rig.call("create_app", { displayName: "Next CRM", owners });
    expect(text).toMatch(/\n- owners\.0: .*\n- owners\.2: .*\nNothing was changed\./);
    expect(rig.writes()).toEqual([]);
  });
});

describe("a secret that is missing", () => {
  it("can be typed by a person", async () => {
    const { text } = await rig.call("create_connector", {
      ...OKTA,
      config: { okta_v2_domain: "acme.okta.example" },
    });
    expect(text).toMatch(
      /^\[invalid_arguments\] [\s\S]*- config\.okta_v2_api_token: is required; give \{"ask": true\}, so that a person types it, or \{"secretRef": "OKTA_V2_API_TOKEN"\}/,
    );
  });
});

describe("what an existing object was not given", () => {
  it("is the owners of an app: a person adds them in the console", async () => {
    const args = { displayName: "Acme Wiki", owners: ["jane.doe@acme.example"], ifExists: "reuse" };
    expect((await rig.call("create_app", args)).value).toMatchObject({
      summary: 'Reused app "Acme Wiki" in sandbox; nothing was sent, and its owners stay as they are.',
      notApplied: ["owners"],
      next: "create_connector with this appId; a person can set what was not applied in the C1 console: Apps, the app, the pencil beside Owners",
    });
  });

  it("is more than the owners of an app", async () => {
    const args = { displayName: "Acme Wiki", description: "x", monthlyCostUsd: 3, ifExists: "reuse" };
    expect((await rig.call("create_app", args)).value.next).toMatch(
      /the C1 console: Apps, the app, its Overview$/,
    );
  });

  it("is nothing", async () => {
    const { value } = await rig.call("create_app", { displayName: "Acme Wiki", ifExists: "reuse" });
    expect(value).toMatchObject({
      summary: 'Reused app "Acme Wiki" in sandbox; nothing was sent.',
      next: "create_connector with this appId",
    });
    expect(value).not.toHaveProperty("notApplied");
  });

  it("is a config, or owners, of a connector", async () => {
    const config = {
      okta_v2_domain: "acme.okta.example",
      okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" },
    };
    const args = { ...OKTA, config, userIds: ["jane.doe@acme.example"], ifExists: "reuse" };
    expect((await rig.call("create_connector", args)).value).toMatchObject({
      notApplied: ["userIds", "config"],
      next: "update_connector with the config, if it is to have that; add_connector_user_owner for each owner",
    });
  });
});

describe("a connector without a config", () => {
  it("gets its secrets from a person on the page, or its config in the console", async () => {
    const created = await rig.call("create_connector", { appId: "Acme Wiki", catalogId: "okta_v2" });
    const next =
      'add_connector_user_owner; update_connector with its config, secrets as {"ask": true} (a person types them on a page), or its owner enters it in the C1 console';
    expect(created.value).toMatchObject({ connection: "waiting_for_config", next });
    const reused = await rig.call("create_connector", {
      appId: "Acme Wiki",
      catalogId: "okta_v2",
      ifExists: "reuse",
    });
    expect(reused.value).toMatchObject({ existing: true, connection: "waiting_for_config", next });
  });
});

describe("a connector that was reused", () => {
  it("is not asked for a config if it is connected", async () => {
    expect((await rig.call("create_connector", { ...OKTA, ifExists: "reuse" })).value).toMatchObject({
      existing: true,
      connection: "connected",
      next: "add_connector_user_owner, if its owners are still to be named",
    });
  });
});

describe("a role that C1 does not have", () => {
  it("is better left out", async () => {
    const args = {
      appId: "Acme HR",
      connectorId: "Okta v2",
      userRefId: "jane.doe@acme.example",
      roleSlug: "owner",
    };
    expect((await rig.call("add_connector_user_owner", args)).text).toMatch(
      /Leave roleSlug out, or check it and the ids; roles seen on this connector: /,
    );
  });
});
