import { describe, expect, it } from "vitest";
import { deriveId, isId, mintId } from "../../../src/sandbox/ids.ts";
import { APPS, CONNECTORS, PEOPLE, POLICIES, seedState } from "../../../src/sandbox/seed.ts";
import { call, openSandbox } from "./harness.ts";

describe("the seed", () => {
  const rows = [PEOPLE, POLICIES, APPS, CONNECTORS].flatMap((group) => Object.values(group));

  it("has well-formed, unique ids", () => {
    expect(rows.filter(({ id }) => !isId(id))).toEqual([]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it("contains what tests and demos rely on", () => {
    expect(Object.keys(PEOPLE).length).toBeGreaterThanOrEqual(14);
    expect(PEOPLE.janeDoe).toMatchObject({ displayName: "Jane Doe", email: "jane.doe@acme.example" });
    expect(PEOPLE.samLee).toMatchObject({ displayName: "Sam Lee", email: "sam.lee@acme.example" });
    expect(PEOPLE.caller.roleIds).toEqual(["system:owner"]);
    expect(Object.values(PEOPLE).every(({ email }) => email.endsWith("@acme.example"))).toBe(true);
    expect(Object.values(APPS).some(({ displayName }) => displayName === "Acme CRM")).toBe(false);
    const { owners } = seedState();
    expect(owners.map(({ connectorId, roleSlug }) => [connectorId, roleSlug])).toEqual([
      [CONNECTORS.hrOkta.id, "primary"],
      [CONNECTORS.hrOkta.id, "primary"],
    ]);
  });

  it("generates the same rows each time, all different", () => {
    const first = seedState({ people: 3000, apps: 300 });
    expect(seedState({ people: 3000, apps: 300 })).toEqual(first);
    for (const group of [first.users, first.apps])
      expect(new Set(group.map(({ id }) => id)).size).toBe(group.length);
    expect(new Set(first.users.map(({ email }) => email)).size).toBe(first.users.length);
    expect(first.users.filter(({ displayName }) => /jane|sam/i.test(displayName))).toHaveLength(3);
  });

  it("belongs to one sandbox only", async () => {
    const one = await openSandbox();
    const other = await openSandbox();
    await call(one, "POST", "/api/v1/apps", { displayName: "Only here" });
    expect(one.state.apps).toHaveLength(other.state.apps.length + 1);
    expect(one.clientSecret).not.toBe(other.clientSecret);
  });
});

describe("ids", () => {
  it("are 27 letters and digits, ordered by time", () => {
    const early = mintId(Date.parse("2024-01-01"));
    const late = mintId(Date.parse("2026-01-01"));
    expect([early, late].every(isId)).toBe(true);
    expect(early < late).toBe(true);
    expect(isId(mintId(0))).toBe(true);
    expect(deriveId("a")).toBe(deriveId("a"));
    expect(deriveId("a")).not.toBe(deriveId("b"));
  });
});

describe("starting and closing", () => {
  it("binds to a port, and rejects if it is taken", async () => {
    const one = await openSandbox();
    const port = Number(new URL(one.serverUrl).port);
    await expect(openSandbox({ port })).rejects.toThrow("EADDRINUSE");
    await one.close();
    const again = await openSandbox({ port });
    expect(again.serverUrl).toBe(one.serverUrl);
  });

  it("closes keep-alive connections", async () => {
    const sandbox = await openSandbox();
    await call(sandbox, "GET", "/api/v1/apps");
    const before = performance.now();
    await sandbox.close();
    // Less than the 30 seconds after which such a connection ends by itself.
    expect(performance.now() - before).toBeLessThan(20_000);
    await expect(call(sandbox, "GET", "/api/v1/apps")).rejects.toThrow("fetch failed");
  });
});
