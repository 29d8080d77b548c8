import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/tools/create-app.ts";
import { idOf, JANE, SAM } from "../../support/fake-api.ts";
import {
  createBench,
  expectNotFound,
  expectRefused,
  lostWrite,
  NOT_NAMES,
  STRANGE_NAMES,
  TENANT,
} from "../../support/tool-bench.ts";

const NAMED = { displayName: "Acme CRM" };

/** Types of policies, by the beginning of their ids. */
const TYPES: Record<string, string> = { g: "GRANT", r: "REVOKE", c: "CERTIFY" };

/** An annotations map of `count` entries. */
const entries = (count: number, value = "v") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, value]));

describe("create_app", () => {
  it("sends what was asked for, and returns the id and the owners", async () => {
    const bench = createBench({
      getPolicy: async (id) => ({ id, policyType: `POLICY_TYPE_${TYPES[id.charAt(0)]}` }),
    });
    const result = await bench.succeed(createApp, {
      displayName: "Acme CRM",
      description: "Sales\nand more",
      instructions: "Ask your lead",
      owners: ["jane@acme.example", SAM.id],
      appEntitlementOwnerRefs: [{ appId: idOf("a"), id: idOf("e") }],
      grantPolicyId: idOf("g"),
      revokePolicyId: idOf("r"),
      certifyPolicyId: idOf("c"),
      identityMatching: "APP_USER_IDENTITY_MATCHING_STRICT",
      monthlyCostUsd: 12,
      strictAccessEntitlementProvisioning: false,
      annotations: { "team.name": "sales" },
    });
    expect(bench.argsOf("createApp")).toEqual([
      [
        {
          displayName: "Acme CRM",
          description: "Sales\nand more",
          instructions: "Ask your lead",
          owners: [JANE.id, SAM.id],
          appEntitlementOwnerRefs: [{ appId: idOf("a"), id: idOf("e") }],
          grantPolicyId: idOf("g"),
          revokePolicyId: idOf("r"),
          certifyPolicyId: idOf("c"),
          identityMatching: "APP_USER_IDENTITY_MATCHING_STRICT",
          monthlyCostUsd: 12,
          strictAccessEntitlementProvisioning: false,
          annotations: { "team.name": "sales" },
        },
      ],
    ]);
    expect(result).toMatchObject({ tenant: TENANT, appId: idOf("newApp"), displayName: "Acme CRM" });
    expect(result.summary).toContain(
      'owners: "Jane Doe (jane@acme.example)", "Sam Roe (sam@acme.example)" and the credential\'s own user',
    );
    expect(result).not.toHaveProperty("unchecked");
  });

  it("needs only a name, and omits what was not given", async () => {
    const bench = createBench();
    const { summary } = await bench.succeed(createApp, NAMED);
    expect(JSON.parse(JSON.stringify(bench.argsOf("createApp")))).toEqual([[NAMED]]);
    expect(summary).toContain(`Created app "Acme CRM" in ${TENANT}; owners: the credential's own user`);
  });

  it("names the same owners in a dry run", async () => {
    const bench = createBench();
    const { summary } = await bench.succeed(createApp, { ...NAMED, dryRun: true });
    expect(summary).toBe(
      `Dry run, nothing was sent: Create app "Acme CRM" owned by the credential's own user, in ${TENANT}.`,
    );
  });

  it("shows the name from C1's response, cleaned, or else the requested one", async () => {
    const given = createBench({
      createApp: async () => ({ id: idOf("x"), displayName: "Acme\u202e CRM\n2" }),
    });
    expect(await given.succeed(createApp, NAMED)).toMatchObject({ displayName: "Acme CRM 2" });
    const blank = createBench({ createApp: async () => ({ id: idOf("x") }) });
    expect(await blank.succeed(createApp, NAMED)).toMatchObject({ displayName: "Acme CRM" });
  });

  it("lists owners whose state could not be read", async () => {
    const bench = createBench();
    const { unchecked } = await bench.succeed(createApp, { ...NAMED, owners: [idOf("ghost"), JANE.id] });
    expect(unchecked).toEqual(["owners.0: C1 shows nobody with this id"]);
  });

  it("says in a dry run what to do about a person whom C1 does not show", async () => {
    const owners = [idOf("ghost")];
    const dry = await createBench().succeed(createApp, { ...NAMED, owners, dryRun: true });
    expect(dry).toMatchObject({
      unchecked: ["owners: C1 shows nobody with this id"],
      next: "Give the e-mail address in place of the id",
    });
    expect((await createBench().succeed(createApp, { ...NAMED, owners })).next).toBe(
      "create_connector with this appId",
    );
  });

  it.each([
    ["composed", "Zo\u00eb CRM", "Zoe\u0308 CRM"],
    ["decomposed", "Zoe\u0308 CRM", "ZO\u00cb CRM"],
  ])("finds a name in the other encoding of its accents, though C1 ignores case only: %s", async (_how, displayName, there) => {
    const bench = createBench({
      searchApps: async ({ displayName: wanted }) => ({
        items:
          wanted?.toLowerCase() === there.toLowerCase() ? [{ id: idOf("there"), displayName: there }] : [],
      }),
    });
    expect(await bench.fail(createApp, { displayName })).toMatch(/^\[already_exists\] /);
    expect(bench.sent()).toEqual([]);
  });

  it("says where to look if the outcome is unknown", async () => {
    const bench = createBench({ createApp: lostWrite });
    expect(await bench.lapse(bench.fail(createApp, NAMED))).toBe(
      '[outcome_unknown] The connection broke. Whether anything was changed is not known. Look with find_apps for an app named "Acme CRM" before trying again.',
    );
  });
});

describe("invalid arguments of create_app", () => {
  it.each<[Record<string, unknown>, ...string[]]>([
    [{}, "- displayName: is required"],
    [{ displayName: "" }, "- displayName: must not be empty"],
    [{ displayName: " \t" }, "- displayName: must not be empty"],
    [{ displayName: "a\nb" }, "- displayName: must be one line"],
    [{ displayName: "a\u0007b" }, "- displayName: must not contain control characters"],
    [{ displayName: 7 }, "- displayName: must be a string, got number"],
    [
      { display_name: "x" },
      "- displayName: is required",
      "- display_name: unknown argument; did you mean displayName?",
    ],
    [{ ...NAMED, owner: ["x"] }, "- owner: unknown argument; did you mean owners?"],
    [{ ...NAMED, dryRunn: true }, "- dryRunn: unknown argument; did you mean dryRun?"],
    [{ ...NAMED, owners: "jane@acme.example" }, "- owners: must be an array, got string"],
    [
      { ...NAMED, owners: ["jane"] },
      "- owners.0: must be a user id (27 letters and digits) or an e-mail address",
    ],
    [{ ...NAMED, owners: Array(33).fill(JANE.id) }, "- owners: must have at most 32 entries"],
    [{ ...NAMED, description: "a\u0000b" }, "- description: must not contain control characters"],
    [
      { ...NAMED, appEntitlementOwnerRefs: [{ appId: "x", id: idOf("e") }] },
      "- appEntitlementOwnerRefs.0.appId: must be a C1 id: 27 letters and digits",
    ],
    [
      { ...NAMED, appEntitlementOwnerRefs: [{ app_id: idOf("a"), id: idOf("e") }] },
      "- appEntitlementOwnerRefs.0.appId: is required",
      "- appEntitlementOwnerRefs.0.app_id: unknown argument; did you mean appId?",
    ],
    [
      { ...NAMED, appEntitlementOwnerRefs: Array(33).fill({ appId: idOf("a"), id: idOf("e") }) },
      "- appEntitlementOwnerRefs: must have at most 32 entries",
    ],
    [
      { ...NAMED, identityMatching: "STRICT" },
      "- identityMatching: must be one of APP_USER_IDENTITY_MATCHING_UNSPECIFIED",
    ],
    [
      { ...NAMED, strictAccessEntitlementProvisioning: "yes" },
      "- strictAccessEntitlementProvisioning: must be a boolean",
    ],
    [{ ...NAMED, monthlyCostUsd: 1.5 }, "- monthlyCostUsd: must be an integer, got float"],
    [{ ...NAMED, monthlyCostUsd: "12 dollars" }, "- monthlyCostUsd: must be a number, got string"],
    [
      { displayName: "jane.doe@acme.example" },
      "- displayName: must be a name, and this is an e-mail address",
    ],
    [{ displayName: "a".repeat(27) }, "- displayName: must be a name, and this has the form of an id"],
    [{ ...NAMED, monthlyCostUsd: 2 ** 31 }, "- monthlyCostUsd: must be from 0 to 2147483647"],
    [{ ...NAMED, monthlyCostUsd: -1 }, "- monthlyCostUsd: must be from 0 to 2147483647"],
  ])("%j", async (args, ...problems) => {
    await expectRefused(createApp, args, ...problems);
  });

  it.each([
    "grantPolicyId",
    "revokePolicyId",
    "certifyPolicyId",
  ])("%s that is neither an id nor a name", async (field) => {
    for (const value of NOT_NAMES.filter((one) => one !== null))
      await expectRefused(createApp, { ...NAMED, [field]: value }, `- ${field}: `);
    for (const value of STRANGE_NAMES) await expectNotFound(createApp, { ...NAMED, [field]: value }, field);
  });

  it.each([2 ** 31 - 1, 0])("accepts %i as a cost", async (monthlyCostUsd) => {
    const bench = createBench();
    await bench.succeed(createApp, { ...NAMED, monthlyCostUsd });
    expect(bench.argsOf("createApp")).toMatchObject([[{ monthlyCostUsd }]]);
  });
});

describe("annotations", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["17 entries", entries(17), "- annotations: must have at most 16 entries"],
    [
      "too much together",
      entries(16, "v".repeat(256)),
      "- annotations: must have at most 4096 bytes together",
    ],
    ["an empty key", { "": "v" }, "- annotations.: the key must start with a letter"],
    ["a key that starts with a digit", { "1a": "v" }, "- annotations.1a: the key must start with a letter"],
    ["a key with a blank", { "a b": "v" }, "- annotations.a b: the key must start with a letter"],
    ["a key with a line break", { "a\n": "v" }, "- annotations.a: the key must start with a letter"],
    ["a long key", { ["k".repeat(129)]: "v" }, "…: the key must start with a letter"],
    ["a reserved key", { "c1/owner": "v" }, "- annotations.c1/owner: the prefix c1/ is reserved by C1"],
    ["a value with a blank", { key: "a b" }, "- annotations.key: the value must be URL-safe ASCII"],
    ["a value in another script", { key: "é" }, "- annotations.key: the value must be URL-safe ASCII"],
    ["a value with a line break", { key: "a\n" }, "- annotations.key: the value must be URL-safe ASCII"],
    ["a long value", { key: "v".repeat(257) }, "- annotations.key: the value must be URL-safe ASCII"],
    ["a number", { key: 1 }, "- annotations.key: must be a string, got number"],
  ])("refuses %s", async (_name, annotations, problem) => {
    await expectRefused(createApp, { ...NAMED, annotations }, problem);
  });

  it("reports every wrong entry", async () => {
    await expectRefused(
      createApp,
      { ...NAMED, annotations: { "1": "v", "c1/x": "a b" } },
      "- annotations.1: the key must",
      "- annotations.c1/x: the prefix",
      "- annotations.c1/x: the value must",
    );
  });

  it.each<[string, Record<string, string>]>([
    ["none", {}],
    ["16 entries", entries(16)],
    ["longest key and value", { ["k".repeat(128)]: "v".repeat(256) }],
    ["every mark that is allowed", { "a.b_c-d/e0": "-._~:/?#[]@!$&'()*+,;=%", empty: "" }],
    ["a key that only starts like the reserved prefix", { c1: "v", "c1x/y": "v" }],
  ])("accepts %s", async (_name, annotations) => {
    const bench = createBench();
    await bench.succeed(createApp, { ...NAMED, annotations });
    expect(bench.argsOf("createApp")).toMatchObject([[{ annotations }]]);
  });
});
