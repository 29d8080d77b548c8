import { describe, expect, it } from "vitest";
import type { Identity } from "../../../src/c1/port.ts";
import { WRITE_TOOL_NAMES } from "../../../src/config/tool-names.ts";
import { Failure } from "../../../src/errors.ts";
import type { Switches } from "../../../src/tools/switches.ts";
import { whoami } from "../../../src/tools/whoami.ts";
import { idOf, JANE } from "../../support/fake-api.ts";
import { createBench, expectRefused, refusedWrite, TENANT } from "../../support/tool-bench.ts";

const IDENTITY: Identity = {
  userId: JANE.id,
  principalId: idOf("p"),
  roles: ["basic:user"],
  permissions: [],
};

const benchFor = (identity: Partial<Identity>) =>
  createBench({ introspect: async () => ({ ...IDENTITY, ...identity }) });

describe("whoami", () => {
  it("returns tenant, person, ids and roles, and leaves no audit record", async () => {
    const bench = benchFor({});
    expect(await bench.succeed(whoami, {})).toEqual({
      summary: `"Jane Doe (jane@acme.example)" in ${TENANT}, roles: "basic:user".`,
      tenant: TENANT,
      userId: JANE.id,
      principalId: idOf("p"),
      roles: ["basic:user"],
      may: Object.fromEntries(WRITE_TOOL_NAMES.map((name) => [name, "unknown"])),
    });
    expect(bench.audits).toEqual([]);
  });

  it("names the credential on a server with several", async () => {
    const { api } = benchFor({});
    const bench = createBench({}, { connect: async () => ({ ...api, credential: "jane" }) });
    expect(await bench.succeed(whoami, {})).toMatchObject({
      summary: `"Jane Doe (jane@acme.example)" in ${TENANT} by the credential jane, roles: "basic:user".`,
      credential: "jane",
    });
  });

  it("says of only one role that it allows everything", async () => {
    const { may } = await benchFor({ roles: ["basic:user", "system:owner"] }).succeed(whoami, {});
    expect(may).toEqual(Object.fromEntries(WRITE_TOOL_NAMES.map((name) => [name, "yes"])));
  });

  it("says which setting switched a tool off, before it says what the credential may do", async () => {
    const answer = async (switches: Partial<Switches>) => {
      const { api } = benchFor({ roles: ["system:owner"] });
      const all = { readOnly: false, tools: undefined, writes: { default: "allow", byTool: {} } } as const;
      const bench = createBench({}, { connect: async () => api, switches: { ...all, ...switches } });
      return (await bench.succeed(whoami, {})).may;
    };
    const off = (setting: string) => `no, switched off by ${setting}`;
    expect(await answer({ readOnly: true })).toEqual(
      Object.fromEntries(WRITE_TOOL_NAMES.map((name) => [name, off("C1_MCP_READ_ONLY")])),
    );
    expect(await answer({ tools: ["whoami", "create_app"] })).toMatchObject({
      create_app: "yes",
      create_connector: off("C1_MCP_TOOLS"),
    });
    expect(await answer({ writes: { default: "confirm", byTool: { create_app: "block" } } })).toMatchObject({
      create_app: off("C1_MCP_WRITES"),
      create_connector: "yes, after a person agrees",
    });
  });

  it("says for each tool which scope the caller's token lacks, whatever the credential may do", async () => {
    const caller = { name: "user:jane", scopes: ["c1:read", "c1:create_app", "c1:nothing"] };
    const bench = benchFor({ roles: ["system:owner"] });
    const { may, summary } = await bench.succeed(whoami, {}, { caller });
    const lacking = WRITE_TOOL_NAMES.filter((name) => name !== "create_app");
    expect(may).toEqual({
      create_app: "yes",
      ...Object.fromEntries(lacking.map((name) => [name, `no, the token lacks c1:${name}`])),
    });
    expect(summary).toMatch(
      /The caller's token lacks the scopes c1:create_connector, .*c1:add_connector_user_owner\.$/,
    );
    const all = await bench.succeed(whoami, {}, { caller: { ...caller, scopes: ["c1:write"] } });
    expect(JSON.stringify(all)).not.toContain("lacks");
  });

  it("accepts missing arguments as an empty object", async () => {
    expect(await benchFor({}).succeed(whoami, undefined)).toMatchObject({ tenant: TENANT });
  });

  it("falls back to the id if the person's own record may not be read", async () => {
    const bench = createBench({
      introspect: async () => IDENTITY,
      getUser: refusedWrite("forbidden", "No.", 403),
    });
    expect(await bench.succeed(whoami, {})).toMatchObject({
      summary: `${JANE.id} in ${TENANT}, roles: "basic:user".`,
      unchecked: ["name of the user (forbidden)"],
    });
  });

  it.each<[string, Identity, string]>([
    [
      "service principal",
      { principalId: idOf("p"), roles: [], permissions: [] },
      `service principal ${idOf("p")}`,
    ],
    ["credential nobody knows anything of", { roles: [], permissions: [] }, "unknown identity"],
  ])("describes a %s without a look-up", async (_name, identity, who) => {
    const bench = createBench({ introspect: async () => identity });
    const result = await bench.succeed(whoami, {});
    expect(result.summary).toBe(`${who} in ${TENANT}, roles: none shown.`);
    expect(result).not.toHaveProperty("userId");
    expect(bench.argsOf("getUser")).toEqual([]);
  });

  it("cleans roles, cuts them, and shows twenty at most", async () => {
    const roles = [
      "a\u202e\nb",
      "r".repeat(200),
      ...Array.from({ length: 30 }, (_, index) => `role${index}`),
    ];
    const result = await benchFor({ roles }).succeed(whoami, {});
    expect(result.roles).toHaveLength(20);
    expect((result.roles as string[]).slice(0, 3)).toEqual(["a b", `${"r".repeat(79)}…`, "role0"]);
  });

  it("says what to do if the credential has no effective role", async () => {
    const bench = createBench({
      introspect: async () => Promise.reject(new Failure("forbidden", "C1 refused.", { status: 403 })),
    });
    expect(await bench.fail(whoami, {})).toBe(
      "[forbidden] C1 refused. Nothing was changed. The credential has no effective role. Ask a C1 administrator to give it one. The server's `doctor` command names the cause.",
    );
  });

  it("takes no arguments", async () => {
    await expectRefused(whoami, { tenant: "x" }, "- tenant: unknown argument");
  });
});
