import { describe, expect, it } from "vitest";
import { createGate } from "../../../src/http/gate.ts";
import { createMetrics } from "../../../src/http/metrics.ts";
import { callEnded, tokenRenewed } from "../../../src/log/signals.ts";

it("the credential's name is a label only if there are several", async () => {
  const metrics = createMetrics({ gate: createGate() });
  callEnded.tell({ tool: "whoami", outcome: "ok", ms: 1 });
  callEnded.tell({ tool: "whoami", outcome: "ok", ms: 1, credential: "identity-team" });
  tokenRenewed.tell({ ok: true });
  tokenRenewed.tell({ ok: false, credential: "identity-team" });
  const lines = (await metrics.read()).split("\n");
  metrics.close();
  expect(lines.filter((line) => /^c1_mcp_(tool_calls|token_renewals)_total/.test(line))).toEqual([
    'c1_mcp_tool_calls_total{tool="whoami",outcome="ok"} 1',
    'c1_mcp_tool_calls_total{tool="whoami",outcome="ok",credential="identity-team"} 1',
    'c1_mcp_token_renewals_total{outcome="ok"} 1',
    'c1_mcp_token_renewals_total{outcome="failed",credential="identity-team"} 1',
  ]);
});

describe("the age of the issuer's keys", () => {
  const read = async (keysAgeMs?: () => number) => {
    const metrics = createMetrics({ gate: createGate(), keysAgeMs });
    const text = await metrics.read();
    metrics.close();
    return text.split("\n").find((line) => line.startsWith("c1_mcp_oauth_keys_age_seconds"));
  };

  it.each([
    [90_500, "90.5"],
    [0, "0"],
    // So an alert on old keys also fires if they were never fetched.
    [Number.POSITIVE_INFINITY, "+Inf"],
  ])("of %d ms is %s", async (ms, value) => {
    expect(await read(() => ms)).toBe(`c1_mcp_oauth_keys_age_seconds ${value}`);
  });

  it("is omitted without OAuth", async () => {
    expect(await read()).toBeUndefined();
  });
});
