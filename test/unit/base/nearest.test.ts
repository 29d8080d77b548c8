import { describe, expect, it } from "vitest";
import { formatHint, nearestName } from "../../../src/nearest.ts";
import { cpuMs } from "../../support/cpu-time.ts";

describe("nearestName", () => {
  const ARGUMENTS = ["displayName", "description", "instructions", "owners", "appId", "grantPolicyId"];

  it.each([
    ["displayName", "displayName"],
    ["display_name", "displayName"],
    ["Display-Name", "displayName"],
    ["displayNmae", "displayName"],
    ["desc", undefined],
    ["descripton", "description"],
    ["owner", "owners"],
    ["app_id", "appId"],
    ["appid", "appId"],
    ["grantPolicy", "grantPolicyId"],
    ["revokeTicket", undefined],
    ["ownership", undefined],
    ["", undefined],
    ["___", undefined],
  ])("%j -> %s", (word, expected) => {
    expect(nearestName(word, ARGUMENTS)).toBe(expected);
  });

  it("returns the closest name, or the first of several equally close ones", () => {
    expect(nearestName("host", ["hosts", "host"])).toBe("host");
    expect(nearestName("hose", ["host", "hosh"])).toBe("host");
  });

  it("allows one typo in a short word, such as two letters swapped, but not two", () => {
    expect(nearestName("prt", ["port"])).toBe("port");
    expect(nearestName("prot", ["port"])).toBe("port");
    expect(nearestName("pt", ["port"])).toBeUndefined();
  });

  it("returns nothing without candidates", () => {
    expect(nearestName("port", [])).toBeUndefined();
  });

  it("is fast on a huge word", () => {
    const started = cpuMs();
    expect(nearestName("x".repeat(5_000_000), ARGUMENTS)).toBeUndefined();
    expect(cpuMs() - started).toBeLessThan(500);
  });

  it("is fast on a huge candidate, such as an e-mail address of the tenant", () => {
    const started = cpuMs();
    expect(nearestName("x".repeat(100), ["x".repeat(200_000), "x".repeat(101)])).toBe("x".repeat(101));
    expect(cpuMs() - started).toBeLessThan(500);
  });
});

describe("formatHint", () => {
  it("ends a sentence with the nearest name, or leaves it as it is", () => {
    expect(formatHint("port")).toBe("; did you mean port?");
    expect(formatHint("port", ": ")).toBe(": did you mean port?");
    expect(formatHint(undefined)).toBe("");
    expect(formatHint(undefined, ": ")).toBe("");
  });
});
