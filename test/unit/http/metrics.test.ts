import { describe, expect, it } from "vitest";
import { createGate } from "../../../src/http/gate.ts";
import { createMetrics } from "../../../src/http/metrics.ts";

describe("the age of the issuer's keys", () => {
  const read = async (keysAgeMs?: () => number) => {
    const metrics = createMetrics(createGate(), keysAgeMs);
    const text = await metrics.read();
    metrics.close();
    return text.split("\n").find((line) => line.startsWith("c1_mcp_oauth_keys_age_seconds"));
  };

  it.each([
    [90_500, "90.5"],
    [0, "0"],
    // An alert on old keys rings for keys that were never read, too.
    [Number.POSITIVE_INFINITY, "+Inf"],
  ])("of %d ms is %s", async (ms, value) => {
    expect(await read(() => ms)).toBe(`c1_mcp_oauth_keys_age_seconds ${value}`);
  });

  it("is not there without OAuth", async () => {
    expect(await read()).toBeUndefined();
  });
});
