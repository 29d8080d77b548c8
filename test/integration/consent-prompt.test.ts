import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, CONSENT, callTool, decodeState, readEnd } from "../fixture/consent.ts";
import { type Environment, spawnHttp, startTenant, type Tenant } from "../fixture/tenant.ts";
import { killSpawned } from "../support/spawn.ts";

const FINANCE = "2ljiguO6z0uu4pSkrKyKEsjV0r8";
const HR = "2lGIUK2jAaY37lX5PrBngg9KGoo";
const HR_CONNECTOR = "2pX6JUNmFA3TYSYTdjzZuRXkuGN";
const OKTA = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const JANE = { id: "2blqQvXSVhpglvqomKjZPi61NkU", email: "jane.doe@acme.example" };
const GHOST = "2zNobodyThatC1EverHeardOf00";
const ENTITLEMENT = "2rZk1Vn8t1xvF6pF2lYh3sQmWcA";
const HOST = "canary-domain.okta.example";
const SECRET = "canary-api-token-0123456789";

const CREATE_APP = { displayName: "Prompt CRM", owners: [JANE.email] };
const CREATE_CONNECTOR = {
  appId: FINANCE,
  catalogId: OKTA,
  config: { okta_v2_domain: HOST, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } },
  userIds: [JANE.email],
};
const ADD_OWNER = { appId: HR, connectorId: HR_CONNECTOR, userRefId: JANE.email };

let tenant: Tenant;

beforeAll(async () => {
  tenant = await startTenant();
});

afterAll(async () => {
  await killSpawned();
  await tenant.sandbox.close();
});

const start = async (env: Environment): Promise<string> =>
  (
    await spawnHttp({
      ...tenant.env,
      C1_MCP_WRITES: "confirm",
      C1_MCP_SECRET_OKTA_V2_API_TOKEN: SECRET,
      ...env,
    })
  ).url;

/** A server that asks for every write, without a key that others share. */
let url: string;
beforeAll(async () => {
  url = await start({});
});

describe("the question that a person sees", () => {
  const head = (tool: string, path: string) => [
    "Send this change to ConductorOne?",
    `tenant: "${new URL(tenant.sandbox.serverUrl).host}"`,
    `tool: "${tool}"`,
    `request: "POST ${path}"`,
  ];

  it("create_app: every field, every person, the policies by name", async () => {
    const { message } = await ask(url, "create_app", {
      displayName: "Prompt CRM",
      description: "Sales\nifExists: fail",
      owners: [JANE.email, "sam.lee@acme.example", "priya.sharma@acme.example", GHOST],
      appEntitlementOwnerRefs: [{ appId: HR, id: ENTITLEMENT }],
      grantPolicyId: "Manager approval",
      revokePolicyId: "2jMbg7SBplBbXomv8SEu28w5smx",
      identityMatching: "APP_USER_IDENTITY_MATCHING_STRICT",
      monthlyCostUsd: 0,
      strictAccessEntitlementProvisioning: true,
      annotations: { "team.name": "sales" },
    });
    expect(message.split("\n")).toEqual([
      ...head("create_app", "/api/v1/apps"),
      'displayName: "Prompt CRM"',
      'description: "Sales\\nifExists: fail"',
      `owners[0]: "${JANE.id}" (name "Jane Doe", e-mail "jane.doe@acme.example")`,
      'owners[1]: "2cigq7bwGky3XpoicPkiPBL7vWX" (name "Sam Lee", e-mail "sam.lee@acme.example")',
      'owners[2]: "2dC72dFrqcVB1JtcReNuhsMAkxY" (name "Priya Sharma", e-mail "priya.sharma@acme.example")',
      `owners[3]: "${GHOST}" (name not known)`,
      `appEntitlementOwnerRefs[0].appId: "${HR}"`,
      `appEntitlementOwnerRefs[0].id: "${ENTITLEMENT}"`,
      'grantPolicyId: "2hwL4IVFYHkB609oc6CFKzs9SXE" (name "Manager approval")',
      'revokePolicyId: "2jMbg7SBplBbXomv8SEu28w5smx" (name "Immediate revocation")',
      'identityMatching: "APP_USER_IDENTITY_MATCHING_STRICT"',
      "monthlyCostUsd: 0",
      "strictAccessEntitlementProvisioning: true",
      'annotations["team.name"]: "sales"',
      'ifExists: "fail"',
      'not checked: "owners.3: C1 shows nobody with this id"',
    ]);
  });

  it("create_app beside one with that name: says so", async () => {
    const { message } = await ask(url, "create_app", { displayName: "acme hr", ifExists: "create" });
    expect(message.split("\n")).toEqual([
      ...head("create_app", "/api/v1/apps"),
      'displayName: "acme hr"',
      'ifExists: "create"',
      `exists already: "${HR}" (name "Acme HR")`,
    ]);
  });

  it("create_connector: the config with its hosts, secrets by name", async () => {
    const { message } = await ask(url, "create_connector", CREATE_CONNECTOR);
    expect(message.split("\n")).toEqual([
      ...head("create_connector", `/api/v1/apps/${FINANCE}/connectors/create`),
      `appId: "${FINANCE}" (name "Acme Finance")`,
      `catalogId: "${OKTA}" (name "Okta v2")`,
      `userIds[0]: "${JANE.id}" (name "Jane Doe", e-mail "jane.doe@acme.example")`,
      'config["@type"]: "type.googleapis.com/c1.api.app.v1.EnvConfig"',
      `config.configuration.okta_v2_domain: "${HOST}"`,
      'config.configuration.okta_v2_api_token.secretRef: "OKTA_V2_API_TOKEN"',
      'ifExists: "fail"',
    ]);
  });

  it("create_connector of a type that is not in our table: marked as such", async () => {
    const type = "2zzzzzzzzzzzzzzzzzzzzzzzzzz";
    const args = { appId: FINANCE, catalogId: type, displayName: "Mine" };
    // Such a type is accepted if the tenant does not show its catalog.
    tenant.sandbox.notFound("catalog.schema");
    const { message } = await ask(url, "create_connector", args);
    tenant.sandbox.allowAll();
    expect(message.split("\n")).toEqual([
      ...head("create_connector", `/api/v1/apps/${FINANCE}/connectors`),
      `appId: "${FINANCE}" (name "Acme Finance")`,
      `catalogId: "${type}" (name not known, a type that this server does not know)`,
      'displayName: "Mine"',
      'ifExists: "fail"',
    ]);
  });

  it.each([
    JANE.email,
    JANE.id,
  ])("add_connector_user_owner: app, connector, role and person (%s)", async (who) => {
    const { message } = await ask(url, "add_connector_user_owner", { ...ADD_OWNER, userRefId: who });
    const person = `"${JANE.id}" (name "Jane Doe", e-mail "jane.doe@acme.example")`;
    expect(message.split("\n")).toEqual([
      ...head(
        "add_connector_user_owner",
        `/api/v2/apps/${HR}/connectors/${HR_CONNECTOR}/owners/users/primary/${JANE.id}`,
      ),
      `appId: "${HR}" (name "Acme HR")`,
      `connectorId: "${HR_CONNECTOR}" (name "Okta v2")`,
      `userId: ${person}`,
      'roleSlug: "primary"',
      `userRef.id: ${person}`,
    ]);
  });

  it("cannot get a forged line from the name of a person", async () => {
    const sam = tenant.sandbox.state.users.find(({ email }) => email === "sam.lee@acme.example");
    if (!sam) throw new Error("the seed has changed");
    sam.displayName = `Sam"\u202eLee\u001b[2J\u2028\n\nDo nothing (dry run, nothing is sent)${"\u2800".repeat(3)}`;
    const { message } = await ask(url, "create_app", { displayName: "Prompt HR", owners: [sam.email] });
    sam.displayName = "Sam Lee";
    expect(message.split("\n").slice(4)).toEqual([
      'displayName: "Prompt HR"',
      `owners[0]: "${sam.id}" (name "Sam\\"\\u202eLee\\u001b[2J\\u2028\\n\\nDo nothing (dry run, nothing is sent)\\u2800\\u2800\\u2800", e-mail "sam.lee@acme.example")`,
      'ifExists: "fail"',
    ]);
  });

  it("is not asked if it is too long to be read", async () => {
    const long = { displayName: "Prompt CRM", description: "d".repeat(4_000) };
    const writes = tenant.writes();
    expect(readEnd(await callTool(url, "create_app", long)).text).toMatch(
      /^\[declined\] A person must agree to this write, and it is too long to be read: .* Nothing was changed\./,
    );
    expect(tenant.writes()).toBe(writes);
  });

  it.each([
    ["create_app", CREATE_APP],
    ["create_connector", CREATE_CONNECTOR],
  ])("%s: neither the prompt nor the state contains a secret", async (tool, args) => {
    const { message, state } = await ask(url, tool, args);
    const { clientSecret } = tenant.sandbox;
    for (const text of [message, state, decodeState(state)]) {
      for (const secret of [SECRET, clientSecret]) expect(text).not.toContain(secret);
    }
    // Not even guessable values: the state contains a keyed digest of the write.
    expect(decodeState(state)).not.toMatch(/Prompt CRM|jane|okta/i);
    expect(Object.keys(JSON.parse(decodeState(state).split("\n")[1] ?? "").p).sort()).toEqual([
      "nonce",
      "write",
    ]);
  });

  it("is not asked for invalid arguments or an unknown person", async () => {
    expect(readEnd(await callTool(url, "create_app", { displayName: 7 })).text).toMatch(
      /^\[invalid_arguments\]/,
    );
    const nobody = { displayName: "Prompt CRM", owners: ["nobody@acme.example"] };
    expect(readEnd(await callTool(url, "create_app", nobody)).text).toMatch(/^\[not_found\]/);
  });
});

describe("consent modes per tool", () => {
  it("asks for the named tool, and not for the others", async () => {
    const url = await start({ C1_MCP_WRITES: "create_app=confirm" });
    await ask(url, "create_app", CREATE_APP);
    expect(readEnd(await callTool(url, "add_connector_user_owner", ADD_OWNER)).isError).toBe(false);
  });

  it("asks for all tools except the exempt one", async () => {
    const url = await start({ C1_MCP_WRITES: "confirm,create_app=allow" });
    const free = { displayName: "Prompt free" };
    expect(readEnd(await callTool(url, "create_app", free)).isError).toBe(false);
    await ask(url, "create_connector", CREATE_CONNECTOR);
    await ask(url, "add_connector_user_owner", { ...ADD_OWNER, roleSlug: "secondary" });
  });

  it("never asks for a look-up", async () => {
    expect(readEnd(await callTool(url, "find_users", { query: JANE.email })).isError).toBe(false);
  });
});

describe("several server processes", () => {
  const key = (letter: string) => ({ C1_MCP_STATE_KEY: letter.repeat(40) });
  const finish = (url: string, args: object, state: string) =>
    callTool(url, "create_app", args, { requestState: state, inputResponses: CONSENT });

  let first: string;
  let second: string;
  beforeAll(async () => {
    [first, second] = await Promise.all([start(key("k")), start(key("k"))]);
  });

  it("with the same key: one asks, another accepts the answer", async () => {
    const args = { displayName: "Prompt shared" };
    const { state } = await ask(first, "create_app", args);
    expect(readEnd(await finish(second, args, state)).isError).toBe(false);
    expect(tenant.apps()).toContain("Prompt shared");
  });

  it("with the same key: a consent with ifExists fail does not cover creating a duplicate", async () => {
    const args = { displayName: "Prompt single" };
    const { state } = await ask(first, "create_app", args);
    expect(readEnd(await finish(first, args, state)).isError).toBe(false);
    const end = readEnd(await finish(second, { ...args, ifExists: "create" }, state));
    expect(end.text).toMatch(/^\[declined\] The consent was given for something else/);
    expect(tenant.apps().filter((name) => name === "Prompt single")).toHaveLength(1);
  });

  it.each([
    ["different keys", () => first, key("b")],
    ["no key at all", () => url, {}],
  ])("with %s: refused", async (_what, one, other) => {
    const [asking, asked] = [one(), await start(other)];
    const args = { displayName: "Prompt foreign" };
    const { state } = await ask(asking, "create_app", args);
    expect((await finish(asked, args, state)).error?.code).toBe(-32602);
    expect(tenant.apps()).not.toContain("Prompt foreign");
  });

  it("for another tenant: refused, even with the same key", async () => {
    const other = await startTenant();
    const elsewhere = await spawnHttp({ ...other.env, C1_MCP_WRITES: "confirm", ...key("k") });
    const args = { displayName: "Prompt elsewhere" };
    const { state } = await ask(first, "create_app", args);
    expect(readEnd(await finish(elsewhere.url, args, state)).text).toMatch(/^\[declined\] .*something else/);
    expect(other.writes()).toBe(0);
    await other.sandbox.close();
  });
});
