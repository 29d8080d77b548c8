import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTypes } from "../../../src/connector-types/find.ts";
import { listTypes } from "../../../src/connector-types/table.ts";
import { ANY_CHARACTER } from "../../support/any-character.ts";

const slugs = (query: string, limit = 10) => findTypes(query, limit).map(({ slug }) => slug);

describe("findTypes", () => {
  it.each<[query: string, ...first: string[]]>([
    ["entra", "microsoft_entra"],
    ["Microsoft Entra", "microsoft_entra"],
    ["git hub", "github_v2", "github", "github_enterprise"],
    ["GitHub", "github_v2", "github"],
    ["github_v2", "github_v2"],
    ["okta", "okta_v2", "okta", "okta_aws_federation", "okta_ciam"],
    ["oktta", "okta_v2", "okta"],
    ["okta aws", "okta_aws_federation"],
    ["salesforse", "salesforce_v2", "salesforce"],
    ["sales force", "salesforce_v2", "salesforce"],
    ["service now", "servicenow"],
    ["slak", "slack", "slack_enterprise_grid"],
    ["JIRA", "jira_cloud_v2", "jira_cloud"],
    ["google work", "google_workspace_v2", "google_workspace"],
    ["data bricks", "databricks"],
    ["hub", "hubspot"],
    ["aws iam", "aws_v2", "aws"],
    ["Ｏｋｔａ", "okta_v2"],
  ])("%s", (query, ...first) => {
    expect(slugs(query).slice(0, first.length)).toEqual(first);
  });

  it("finds an id, and nothing for an unknown word", () => {
    expect(slugs("2kG3aTftCcAvWtHZt2Ywry0dPn7")).toEqual(["okta_v2"]);
    for (const query of ["zzzz", "quux corge", "2kG3aTftCcAvWtHZt2Ywry0dPn8"])
      expect(slugs(query)).toEqual([]);
  });

  it("lists a retired type last", () => {
    expect(slugs("tailscale")).toEqual(["tailscale_v2", "tailscale"]);
    expect(slugs("", 1_000).at(-1)).toBe("tailscale");
  });

  it("shows the test type only when it is asked for exactly", () => {
    expect(slugs("github_v_2_test")[0]).toBe("github_v_2_test");
    expect(slugs("2x97DGRBEL69ood9pTWO3IpF7Ip")).toEqual(["github_v_2_test"]);
    for (const query of ["", "github", "github v2 test", "test", "GitHub v2 Test"]) {
      expect(slugs(query, 1_000)).not.toContain("github_v_2_test");
    }
  });

  it("finds every other type by its slug and name, first or beside its family", () => {
    for (const { slug, name } of listTypes()) {
      expect(slugs(slug, 3)).toContain(slug);
      if (slug !== "github_v_2_test") expect(slugs(name, 3)).toContain(slug);
    }
  });

  it("respects the limit and accepts any text", () => {
    expect(slugs("", 4)).toHaveLength(4);
    fc.assert(
      fc.property(
        fc.string({ unit: ANY_CHARACTER, maxLength: 300 }),
        fc.integer({ min: 0, max: 12 }),
        (query, limit) => {
          expect(findTypes(query, limit).length).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 200 },
    );
  });
});
