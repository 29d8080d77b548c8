import { describe, expect, it } from "vitest";
import { checkConfig } from "../../../../src/tools/connector-config/check.ts";
import { GROUP_KEY } from "../../../../src/tools/connector-config/spec.ts";
import { fromTable, GOOD, live, NOTHING_KNOWN, OKTA_LIVE, onlyLive, problemsOf, REF } from "./specs.ts";

describe("groups of a config", () => {
  const GITHUB = fromTable("github_v2");
  const PAT = "github_personal_access_token_group";
  const BOTH = `${PAT}: github_access_token, github_org_list; github_app_group: github_app_id, github_app_private_key, github_app_org, github_sync_secrets`;
  const groupOf = (config: Record<string, unknown>, spec = GITHUB) =>
    checkConfig(config, spec, { inlineSecrets: false }).group?.name;

  it("are determined by the keys", () => {
    expect(groupOf({ github_access_token: REF })).toBe(PAT);
    expect(groupOf({ github_app_id: "1" })).toBe("github_app_group");
    expect(problemsOf({ github_access_token: REF }, GITHUB)).toEqual([]);
  });

  it("can be named by the caller, also in C1's own form", () => {
    expect(groupOf({ [GROUP_KEY]: PAT })).toBe(PAT);
    expect(groupOf({ [GROUP_KEY]: { stringValue: PAT } })).toBe(PAT);
    expect(problemsOf({ [GROUP_KEY]: PAT, github_org_list: ["a"] }, GITHUB)).toEqual([]);
  });

  it("must be named if the keys do not decide; the refusal lists groups and keys", () => {
    expect(problemsOf({}, GITHUB)).toEqual([
      `${GROUP_KEY}: is needed, because the keys do not tell which way to log in is meant: ${BOTH}`,
    ]);
    const groups = [
      { name: "a", isDefault: true, fields: ["x", "y"] },
      { name: "b", isDefault: false, fields: ["x"] },
    ];
    const spec = onlyLive(live([{ name: "x" }, { name: "y" }, { name: "z" }], { groups }));
    expect(problemsOf({ x: "1", z: "2" }, spec)[0]).toContain("a (C1's default): x, y; b: x");
    expect(groupOf({ y: "1" }, spec)).toBe("a");
  });

  it("cannot be mixed", () => {
    expect(problemsOf({ github_access_token: REF, github_app_id: "1" }, GITHUB)).toEqual([
      `${GROUP_KEY}: no way to log in takes all of these keys together; give the keys of one: ${BOTH}`,
    ]);
  });

  it("refuse a key of another group than the named one", () => {
    expect(problemsOf({ [GROUP_KEY]: PAT, github_app_id: "1" }, GITHUB)).toEqual([
      `github_app_id: belongs to github_app_group, not to ${PAT}`,
    ]);
  });

  it.each(["GitHub App", "", null, 5, ["x"], REF])("do not include %j", (asked) => {
    expect(problemsOf({ [GROUP_KEY]: asked }, GITHUB)).toEqual([
      `${GROUP_KEY}: must be one of these: ${BOTH}`,
    ]);
  });

  it("determine what is required", () => {
    const groups = [
      { name: "a", isDefault: true, fields: ["x"] },
      { name: "b", isDefault: false, fields: ["y"] },
    ];
    const fields = ["x", "y", "z"].map((name) => ({ name, required: true }));
    const spec = onlyLive(live(fields, { groups }));
    expect(problemsOf({ [GROUP_KEY]: "a" }, spec)).toEqual(["x: is required", "z: is required"]);
    expect(problemsOf({ y: "1" }, spec)).toEqual(["z: is required"]);
    // Missing fields of a group are unknown until the group is chosen.
    expect(checkConfig({}, spec, { inlineSecrets: false }).problems.map(({ key }) => key)).toEqual([
      GROUP_KEY,
      "z",
    ]);
  });

  it("have no key in a type without groups", () => {
    expect(problemsOf({ ...GOOD, [GROUP_KEY]: "x" }, OKTA_LIVE)).toEqual([
      `${GROUP_KEY}: is no field of Okta v2`,
    ]);
    expect(
      checkConfig({ [GROUP_KEY]: "x" }, fromTable("okta_v2"), { inlineSecrets: false }).unknownKeys,
    ).toEqual([GROUP_KEY]);
    expect(problemsOf({ [GROUP_KEY]: "x" }, NOTHING_KNOWN)).toEqual([]);
  });
});
