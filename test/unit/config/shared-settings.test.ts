import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../../../src/config/load.ts";
import { createRedactor } from "../../../src/log/redact.ts";

const READY = {
  CONDUCTORONE_CLIENT_ID: "clever-otter-12345@acme.conductor.one/spc",
  CONDUCTORONE_CLIENT_SECRET: "secret-token:conductorone.com:v1:abc",
};
const KEY = { C1_MCP_STATE_KEY: "k".repeat(32) };

const load = (env: Record<string, string>, sandbox = false) =>
  loadConfiguration({ ...READY, ...env }, {} as never, { sandbox, redactor: createRedactor() });

describe("the shared store", () => {
  it("exists if its address is set", async () => {
    expect(load(KEY).sharedStore).toBeUndefined();
    const { sharedStore, problems, warnings } = load({
      ...KEY,
      C1_MCP_SHARED_URL: "rediss://c1-mcp@valkey.acme.example:6380/2",
      C1_MCP_SHARED_PASSWORD: "a-password-of-the-store",
      C1_MCP_SHARED_OUTAGE: "alone",
    });
    expect([problems, warnings]).toEqual([[], []]);
    expect(sharedStore).toMatchObject({
      url: "rediss://c1-mcp@valkey.acme.example:6380/2",
      outage: "alone",
    });
    expect(await sharedStore?.password?.()).toBe("a-password-of-the-store");
    expect(await sharedStore?.key()).toBe(KEY.C1_MCP_STATE_KEY);
  });

  it.each([
    "valkey:6379",
    "http://valkey:6379",
    "rediss://",
    "rediss://:secret@valkey:6379",
    "rediss://valkey/x",
    "rediss://valkey?tls=no",
  ])("must not be %s", (url) => {
    const { sharedStore, problems } = load({ ...KEY, C1_MCP_SHARED_URL: url });
    expect(sharedStore).toBeUndefined();
    expect(problems).toMatchObject([{ code: "unsuitable_address", setting: "C1_MCP_SHARED_URL" }]);
    expect(JSON.stringify(problems)).not.toContain("secret@");
  });

  it("requires the key that all processes share", () => {
    const { problems } = load({ C1_MCP_SHARED_URL: "rediss://valkey" });
    expect(problems).toMatchObject([{ code: "missing_state_key", setting: "C1_MCP_STATE_KEY" }]);
  });

  it("should not be reached unencrypted, except on this machine", () => {
    const warned = (url: string) => load({ ...KEY, C1_MCP_SHARED_URL: url }).warnings.map(({ code }) => code);
    expect(warned("redis://valkey:6379")).toEqual(["insecure_address"]);
    expect(warned("redis://127.0.0.1:6379")).toEqual([]);
  });

  it("does not exist for a sandbox, whose tenant lives in one process", () => {
    const { sharedStore, problems } = load({ C1_MCP_SHARED_URL: "rediss://valkey" }, true);
    expect([sharedStore, problems]).toEqual([undefined, []]);
  });
});
