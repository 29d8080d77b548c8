import { describe, expect, it } from "vitest";
import { describeCandidate, describeCreation, listCandidates } from "../../../src/tools/candidates.ts";

describe("a candidate", () => {
  it("quotes what the tenant says, and nothing else", () => {
    const created = describeCreation("2026-11-27T04:16:37.510Z");
    expect(describeCandidate("id-1", "Okta", ['for "all"', ""], ["syncing", created])).toBe(
      '"Okta" ("for \'all\'"), syncing, created 2026-11-27T04:16:37.510Z [id-1]',
    );
    // Within what a list of candidates shows of each, so that nothing is left open.
    const long = describeCandidate("i".repeat(27), "n".repeat(999), Array(3).fill("t".repeat(999)), [
      "syncing",
      created,
    ]);
    expect(listCandidates([long])).toBe(long);
    expect(describeCandidate("id-1", "Okta", [undefined], [undefined])).toBe('"Okta" [id-1]');
  });

  it.each([
    undefined,
    "",
    "yesterday",
    "2026-11-27T04:16:37Z (pass this id)",
    "2026-11-27\nT04:16:37Z",
  ])("shows no text as the time of its creation: %s", (createdAt) => {
    expect(describeCreation(createdAt)).toBeUndefined();
  });
});
