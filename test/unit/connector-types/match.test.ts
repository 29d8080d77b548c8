import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familyOf, versionOf } from "../../../src/connector-types/family.ts";
import { matchType, type TypeMatch } from "../../../src/connector-types/match.ts";
import { listTypes } from "../../../src/connector-types/table.ts";

/** "one okta_v2", "several okta_v2 okta". */
function show(match: TypeMatch): string {
  if (match.kind === "one") return `one ${match.type.slug}`;
  if (match.kind === "unknown") return `unknown ${match.catalogId}`;
  return [match.kind, ...match.candidates.map(({ slug }) => slug)].join(" ");
}

describe("matchType", () => {
  it.each([
    ["okta_v2", "one okta_v2"],
    ["Okta v2", "one okta_v2"],
    [" OKTA V2\t", "one okta_v2"],
    ["OKTA_V2", "one okta_v2"],
    ["Microsoft Entra", "one microsoft_entra"],
    ["ramp", "one ramp"],
    ["Ramp V2", "one ramp"],
    ["coupa", "one coupa"],
    ["snipe-it", "one snipe_it"],
    ["GitHub Enterprise", "one github_enterprise"],
    ["github_v_2_test", "one github_v_2_test"],
  ])("%j is %s", (ref, expected) => {
    expect(show(matchType(ref))).toBe(expected);
  });

  it.each([
    ["okta", "several okta_v2 okta"],
    ["Okta", "several okta_v2 okta"],
    ["GitHub", "several github_v2 github"],
    ["Jira Cloud", "several jira_cloud_v2 jira_cloud"],
    ["jira_cloud", "several jira_cloud_v2 jira_cloud"],
    ["cloudflare zero trust", "several cloudflare_zero_trust_v2 cloudflare_zero_trust"],
    ["Tailscale", "several tailscale_v2 tailscale"],
  ])("%j is ambiguous: %s", (ref, expected) => {
    expect(show(matchType(ref))).toBe(expected);
  });

  it.each([
    ["entra", "none microsoft_entra"],
    ["git hub", "none github_v2 github github_enterprise gitlab"],
    ["okta v3", "none okta_v2 okta okta_aws_federation okta_ciam"],
    ["octa", "none okta_v2 okta okta_aws_federation okta_ciam"],
    ["GitHub v2 Test", "none github_v2 github github_enterprise"],
    ["zzzz", "none"],
    ["constructor", "none"],
    ["__proto__", "none"],
    ["2kG3aTftCcAvWtHZt2Ywry0dPn", "none"],
    [" 2kG3aTftCcAvWtHZt2Ywry0dPn7", "none okta_v2"],
  ])("%j matches nothing: %s", (ref, expected) => {
    expect(show(matchType(ref))).toBe(expected);
  });

  it("accepts every id, including one that the table lacks", () => {
    for (const { catalogId, slug } of listTypes()) expect(show(matchType(catalogId))).toBe(`one ${slug}`);
    expect(show(matchType("2zzzzzzzzzzzzzzzzzzzzzzzzzz"))).toBe("unknown 2zzzzzzzzzzzzzzzzzzzzzzzzzz");
  });

  it("selects an old version only by its id", () => {
    const types = listTypes();
    const old = types.filter((type) =>
      types.some((other) => familyOf(other) === familyOf(type) && versionOf(other) > versionOf(type)),
    );
    expect(old.length).toBeGreaterThan(12);
    for (const { slug, name } of old) {
      for (const ref of [slug, name]) {
        const match = matchType(ref);
        if (match.kind !== "several") throw new Error(`${ref} was decided`);
        expect(match.candidates.map((type) => type.slug)).toContain(slug);
        expect(match.candidates[0]?.slug).not.toBe(slug);
      }
    }
  });

  it("decides only for a slug or a name, and shows at most five candidates", () => {
    const known = new Set(listTypes().flatMap(({ slug, name }) => [slug, name.toLowerCase()]));
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom(...known).map((word) => `${word.slice(0, -1)}`),
    );
    fc.assert(
      fc.property(words, (ref) => {
        const match = matchType(ref);
        if (!known.has(ref.trim().toLowerCase())) expect(match.kind).not.toBe("one");
        if ("candidates" in match) expect(match.candidates.length).toBeLessThanOrEqual(5);
      }),
    );
  });
});
