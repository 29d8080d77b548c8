import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/start.ts";
import { type Environment, examine, variablesOf } from "./bench.ts";

let sandbox: Sandbox;
let folder: string;
let ema: Environment;
beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), "doctor-ema-"));
  ema = {
    C1_MCP_EMA_ISSUER: sandbox.serverUrl,
    C1_MCP_EMA_CLIENTS_FILE: join(folder, "clients.json"),
    C1_MCP_EMA_KEY: "canary-key".padEnd(32, "k"),
    C1_MCP_PUBLIC_URL: "https://mcp.acme.example/mcp",
  };
  write({ clients: [{ id: "claude-code", secretSha256: "ab".repeat(32) }] });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await sandbox.close();
});

const write = (value: object) => writeFileSync(ema.C1_MCP_EMA_CLIENTS_FILE ?? "", JSON.stringify(value));

/** The lines about it, which follow those about the switches. */
async function look(changes: Environment = {}) {
  const { of, checks } = await examine({ ...variablesOf(sandbox), ...ema, ...changes });
  expect(JSON.stringify(checks)).not.toContain("canary-key");
  return of("switches").filter(({ detail }) => /EMA|assertions|access tokens|enterprise/.test(detail));
}

it("lists the clients, counts the keys and fetches the issuer's keys", async () => {
  expect(await look()).toEqual([
    { check: "switches", result: "ok", detail: "clients that may exchange assertions: claude-code" },
    { check: "switches", result: "ok", detail: "keys of access tokens: 1" },
    {
      check: "switches",
      result: "ok",
      detail: `the issuer of assertions, ${sandbox.serverUrl}, publishes 1 key`,
    },
  ]);
});

it("reports nothing if none of it is set", async () => {
  const { of } = await examine(variablesOf(sandbox));
  expect(JSON.stringify(of("switches"))).not.toMatch(/EMA|assertions/);
});

it("does not look for an issuer that only the sandbox of http is", async () => {
  const env = { ...variablesOf(sandbox), C1_MCP_EMA_ISSUER: "http://127.0.0.1:8400" };
  const { ok, of } = await examine(env, { setup: { sandbox: true } });
  expect(of("switches").filter(({ result }) => result !== "ok")).toEqual([
    {
      check: "switches",
      result: "skip",
      detail: "the sandbox itself is the issuer of assertions, while `http --sandbox` runs",
    },
  ]);
  expect(ok).toBe(true);
});

it("reports what is missing, and what to do about it", async () => {
  const lines = await look({ C1_MCP_EMA_ISSUER: "" });
  expect(lines[0]).toMatchObject({
    result: "fail",
    detail: "enterprise-managed authorization lacks C1_MCP_EMA_ISSUER",
    fix: "Set C1_MCP_EMA_ISSUER, or none of it.",
  });
});

it("reports problems with the file and with the issuer", async () => {
  write({ clients: [{ id: "claude-code", secretSha256: "canary-key" }] });
  const lines = await look({ C1_MCP_EMA_ISSUER: `${sandbox.serverUrl}/other` });
  expect(lines.map(({ result }) => result)).toEqual(["fail", "ok", "fail"]);
  expect(lines[0]?.detail).toMatch(/^C1_MCP_EMA_CLIENTS_FILE is wrong at clients\.0\.secretSha256/);
  expect(lines[2]?.detail).toMatch(/cannot be read: the issuer gives no metadata/);
});
