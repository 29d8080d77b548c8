import { afterEach, describe, expect, it } from "vitest";
import { APPS } from "../../src/sandbox/seed.ts";
import { createRig, type Rig, type RigOptions } from "../support/rig.ts";

let rig: Rig;
afterEach(() => rig.close());

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const UNKNOWN = "2zzzzzzzzzzzzzzzzzzzzzzzzzz";
const TOKEN = { secretRef: "OKTA_V2_API_TOKEN" };
const GOOD = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: TOKEN };

async function create(args: Record<string, unknown>, options: RigOptions = {}) {
  rig = await createRig(options);
  return rig.call("create_connector", { appId: APPS.wiki.id, ...args });
}

describe("a connector type given by a word", () => {
  it.each([
    ["Okta", "ambiguous_reference", "okta_v2"],
    ["okta", "ambiguous_reference", "okta_v2"],
    ["GitHub", "ambiguous_reference", "github_v2"],
    ["Jira Cloud", "ambiguous_reference", "jira_cloud_v2"],
    ["tailscale", "ambiguous_reference", "tailscale_v2"],
    ["entra", "not_found", "microsoft_entra"],
    ["git hub", "not_found", "github_v2"],
  ])("%s: %s, with candidates, and nothing is sent", async (catalogId, code, candidate) => {
    const { text } = await create({ catalogId });
    expect(text).toMatch(new RegExp(`^\\[${code}\\] catalogId: `));
    expect(text).toMatch(new RegExp(`\\(${candidate}\\)"(?:, newer version)? \\[`));
    expect(text).toContain("Nothing was changed.");
    expect(rig.requests()).toEqual([]);
  });

  it.each(["okta_v2", "Okta v2", " OKTA_V2 "])("%j is unambiguous", async (catalogId) => {
    const { isError, text, value } = await create({ catalogId, config: GOOD });
    expect(isError, text).toBe(false);
    expect(value).toMatchObject({ catalogId: OKTA_V2 });
    expect(value.summary).toContain('connector "Okta v2"');
  });
});

describe("a tenant that does not show the type's fields", () => {
  const blind = async (args: Record<string, unknown>) => {
    rig = await createRig();
    rig.sandbox.forbid("catalog.schema");
    return rig.call("create_connector", { appId: APPS.wiki.id, ...args });
  };

  it("our table checks the config, unknown and missing keys pass, and the result says so", async () => {
    const { isError, text, value } = await blind({
      catalogId: UNKNOWN,
      config: { url: "https://a.example" },
    });
    expect(isError, text).toBe(false);
    expect(value.unchecked).toEqual(["config fields of the type (forbidden)"]);
    await rig.close();
    const known = await blind({ catalogId: OKTA_V2, config: { okta_v2_domain: "acme.okta.example" } });
    expect(known.isError, known.text).toBe(false);
    await rig.close();
    const extra = await blind({ catalogId: OKTA_V2, config: { ...GOOD, brand_new: "x" }, dryRun: true });
    expect(extra.value.unchecked).toEqual([
      "config fields of the type (forbidden)",
      "config keys that this server's table lacks: brand_new",
    ]);
  });

  it("literal secrets are still refused", async () => {
    for (const config of [
      { okta_v2_api_token: "00hunter22" },
      {
        "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
        configuration: { api_key: { stringValue: "00hunter22" } },
      },
    ]) {
      const { text } = await blind({ catalogId: "okta_v2", config });
      expect(text).toMatch(/^\[secret_refused\] /);
      expect(text).not.toContain("hunter22");
      expect(rig.writes()).toEqual([]);
      await rig.close();
    }
  });

  it("a delegated create does not need or mention the fields", async () => {
    const { value } = await blind({ catalogId: OKTA_V2 });
    expect(value).not.toHaveProperty("unchecked");
  });

  it("a credential that does not work ends the call", async () => {
    rig = await createRig();
    rig.sandbox.faults.add({
      match: { operation: "catalog.schema" },
      do: { kind: "status", status: 401 },
      times: 9,
    });
    const { text } = await rig.call("create_connector", {
      appId: APPS.wiki.id,
      catalogId: OKTA_V2,
      config: GOOD,
    });
    expect(text).toMatch(/^\[not_authenticated\] /);
    expect(rig.writes()).toEqual([]);
  });
});

describe("secrets of a config", () => {
  it("come from the server's environment, and nobody sees them", async () => {
    const { isError, text } = await create({ catalogId: "okta_v2", config: GOOD });
    expect(isError, text).toBe(false);
    expect(JSON.stringify(rig.writes()[0]?.body)).toContain("rig-okta-api-token");
    expect(JSON.stringify([text, rig.audits, rig.logs])).not.toContain("rig-okta-api-token");
  });

  it("that are not configured: nothing is sent, and both places are named", async () => {
    const { text } = await create({
      catalogId: "okta_v2",
      config: { ...GOOD, okta_v2_api_token: { secretRef: "OKTA" } },
    });
    expect(text).toMatch(
      /^\[not_configured\] The server has no secret OKTA\. Configured secrets: OKTA_V2_API_TOKEN\./,
    );
    expect(text).toContain("C1_MCP_SECRET_OKTA");
    expect(text).toContain("C1_MCP_SECRETS_DIR");
    expect(rig.writes()).toEqual([]);
  });

  it("may be literals if the operator allows it, and are masked all the same", async () => {
    const config = { ...GOOD, okta_v2_api_token: "00hunter22" };
    const { isError, text } = await create({ catalogId: "okta_v2", config }, { secrets: { inline: true } });
    expect(isError, text).toBe(false);
    expect(JSON.stringify(rig.writes()[0]?.body)).toContain("00hunter22");
    expect(JSON.stringify([text, rig.audits, rig.logs])).not.toContain("hunter22");
  });

  it("are masked in the tenant's responses", async () => {
    rig = await createRig();
    rig.sandbox.faults.add({
      match: { operation: "connectors.create" },
      do: {
        kind: "status",
        status: 400,
        body: { code: 3, message: "bad token rig-okta-api-token of acme.okta.example" },
      },
    });
    const { text } = await rig.call("create_connector", {
      appId: APPS.wiki.id,
      catalogId: OKTA_V2,
      config: GOOD,
    });
    expect(text).toMatch(/^\[rejected\] .*bad token \*\*\* of \*\*\*/);
  });
});

it("the name of a type that only the tenant knows comes from the tenant", async () => {
  rig = await createRig();
  rig.sandbox.faults.add({
    match: { operation: "catalog.schema" },
    do: { kind: "status", status: 200, body: { schema: { displayName: "Brand New", isOauth2: true } } },
  });
  const { isError, text, value } = await rig.call("create_connector", {
    appId: APPS.wiki.id,
    catalogId: UNKNOWN,
  });
  expect(isError, text).toBe(false);
  expect(value.next).toContain("OAuth consent");
  expect(rig.writes()).toMatchObject([{ body: { displayName: "Brand New" } }]);
});

it("find_connector_types shows a type as the tenant describes it", async () => {
  rig = await createRig();
  const { value, text } = await rig.call("find_connector_types", { query: "github_v2" });
  expect(value).toMatchObject({
    items: [{ name: "GitHub v2", slug: "github_v2" }],
    type: {
      setup: "config",
      source: "live",
      groups: [{ name: "github_personal_access_token_group", default: true }, {}],
    },
  });
  expect(text).toContain('{"key":"github_app_private_key","kind":"text","secret":true}');
  expect(text.length).toBeLessThan(2_000);
});

it.each([
  ["deep", "config: must not be nested deeper than 20 levels", "[".repeat(100_000) + "]".repeat(100_000)],
  [
    "wide",
    "config.value: must have at most 1000 entries",
    JSON.stringify(Array.from({ length: 100_000 }, (_, index) => `value ${index}`)),
  ],
])("a config that is too %s is refused quickly: %s", async (_what, problem, json) => {
  rig = await createRig();
  const { text } = await rig.call("create_connector", {
    appId: APPS.wiki.id,
    catalogId: UNKNOWN,
    config: { value: JSON.parse(json) as unknown },
  });
  expect(text).toContain(`- ${problem}`);
  expect(rig.requests()).toEqual([]);
});
