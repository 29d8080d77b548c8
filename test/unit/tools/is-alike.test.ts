import { describe, expect, it } from "vitest";
import { isAlike } from "../../../src/tools/is-alike.ts";
import { cpuMs } from "../../support/cpu-time.ts";

describe("isAlike", () => {
  it.each([
    ["Acme Wikki", "Acme Wiki"],
    ["Wiki", "Acme Wiki"],
    ["wiki acme", "Acme Wiki"],
    ["the Acme Wiki app", "Acme Wiki"],
    ["Travel Portall", "Travel Portal"],
    ["Sales force", "Salesforce"],
    ["AcmeWiki", "Acme Wiki"],
    ["general ledger", "The general ledger of Acme"],
    ["会計部", "会計"],
  ])("%j could be meant for %j", (name, other) => {
    expect(isAlike(name, other)).toBe(true);
    expect(isAlike(other, name)).toBe(true);
  });

  it.each([
    ["Acme Billing", "Acme HR"],
    ["Acme IT", "Acme HR"],
    ["Acme Bilingual", "Acme Finance"],
    ["Acme Bilingual", "Acme Billing"],
    ["", "Acme"],
    ["Acme", "…"],
  ])("%j is not meant for %j", (name, other) => {
    expect(isAlike(name, other)).toBe(false);
    expect(isAlike(other, name)).toBe(false);
  });

  it("is fast on huge names", () => {
    const started = cpuMs();
    const words = "ab ".repeat(1_000_000);
    for (let time = 0; time < 50; time += 1) isAlike(`x ${words}`, `y ${words}`);
    expect(cpuMs() - started).toBeLessThan(1_000);
  });
});
