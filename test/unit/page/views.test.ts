import { describe, expect, it } from "vitest";
import { describeValidity } from "../../../src/page/views.ts";
import type { PagePlan } from "../../../src/tools/page-port.ts";

const ASKED = Date.UTC(2026, 10, 27, 9, 55);
const plan = (principal: string): PagePlan => ({
  id: "w",
  tool: "create_app",
  tenant: "sandbox",
  principal,
  args: {},
  askedAt: ASKED,
  expires: ASKED + 600_000,
});

describe("how long a page can be used", () => {
  it.each([
    [0, "another 10 minutes"],
    [5_000, "another 10 minutes"],
    [60_000, "another 9 minutes"],
    [590_000, "another minute"],
  ])("%d ms after the call", (passed, said) => {
    expect(describeValidity(plan("user:jane"), ASKED + passed)).toBe(
      `This page can be used for ${said}, until 10:05 UTC.`,
    );
  });

  it("is told by the clock of this machine to the person at it", () => {
    const hours = String(new Date(ASKED + 600_000).getHours()).padStart(2, "0");
    const said = describeValidity(plan("local"), ASKED);
    expect(said).toMatch(/ minutes, until \d\d:\d\d [\w:+-]+\.$/);
    expect(said).toContain(`until ${hours}:`);
  });
});
