import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretFromValue } from "../../../src/config/secret-file.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/start.ts";
import { type Environment, examine, tenantOf, variablesOf } from "./bench.ts";
import { SELF_SIGNED } from "./self-signed.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

describe("a working set-up", () => {
  it("passes every check, changes nothing and fetches one token", async () => {
    const { ok, checks, tenant, of } = await examine(variablesOf(sandbox));
    expect(checks.filter(({ result }) => result !== "ok")).toEqual([]);
    expect(ok).toBe(true);
    expect(tenant).toBe(new URL(sandbox.serverUrl).host);
    expect(of("token")[0]?.detail).toBe("C1 issued a token for 600 s (signed assertion)");
    expect(of("identity")[0]?.detail).toMatch(/^Alex Morgan <.*@.*> \(.{27}\), roles: system:owner$/);
    expect(sandbox.requests.filter(({ writes }) => writes)).toEqual([]);
    expect(sandbox.counts.tokens).toBe(1);
  });

  it("shows the source of each value, and no secret", async () => {
    const env = {
      ...variablesOf(sandbox),
      C1_MCP_WRITES: "confirm",
      C1_MCP_HTTP_TOKEN: "canary-of-http-token",
      C1_MCP_SECRET_OKTA: "canary-of-okta",
    };
    const { checks, of } = await examine(env);
    const text = JSON.stringify(checks);
    expect(text).not.toContain("canary");
    expect(text).not.toContain(sandbox.clientSecret.slice(-20));
    const details = of("configuration").map(({ detail }) => detail);
    expect(details).toContain(`CONDUCTORONE_CLIENT_ID=${sandbox.clientId} (environment)`);
    expect(details).toContain("CONDUCTORONE_CLIENT_SECRET=*** (environment)");
    expect(details.at(-1)).toMatch(/^\d+ settings have their defaults$/);
    expect(of("switches").map(({ detail }) => detail)).toEqual(
      expect.arrayContaining(["C1_MCP_WRITES: confirm", expect.stringMatching(/refer to: OKTA$/)]),
    );
  });

  it("masks secrets by value everywhere, and keeps each finding on one line", async () => {
    const { checks, of } = await examine({
      ...variablesOf(sandbox),
      C1_MCP_AUDIT_FILE: `/nowhere/${sandbox.clientSecret}\u001b[31m\nok`,
    });
    expect(JSON.stringify(checks)).not.toContain(sandbox.clientSecret.slice(-20));
    expect(of("configuration")[0]).toEqual({
      check: "configuration",
      result: "fail",
      detail: "C1_MCP_AUDIT_FILE names a file in a folder that does not exist",
      fix: "Create that folder or correct C1_MCP_AUDIT_FILE.",
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    for (const { detail } of checks) expect(detail).not.toMatch(/[\u0000-\u001f]/);
    const short = await examine({ ...variablesOf(sandbox), CONDUCTORONE_CLIENT_SECRET: "abc" });
    expect(JSON.stringify(short.checks)).not.toContain("abc");
    expect(short.checks.filter(({ result }) => result === "fail")).toMatchObject([
      { check: "credential", fix: expect.stringMatching(/^Copy the secret whole/) },
    ]);
    const dir = mkdtempSync(join(tmpdir(), "doctor-"));
    const file = join(dir, "secret");
    writeFileSync(file, "abc", { mode: 0o600 });
    const { CONDUCTORONE_CLIENT_SECRET: _, ...others } = variablesOf(sandbox);
    const inFile = await examine({ ...others, CONDUCTORONE_CLIENT_SECRET_FILE: file });
    rmSync(dir, { recursive: true });
    expect(inFile.checks.filter(({ result }) => result === "fail")).toMatchObject([
      { check: "configuration", fix: "Copy it again, whole, to where CONDUCTORONE_CLIENT_SECRET_FILE says." },
    ]);
    const settled = short.of("configuration").filter(({ result }) => result === "ok");
    expect(settled.map(({ detail }) => detail).join("\n")).not.toContain("CONDUCTORONE_CLIENT_SECRET");
  });

  it("reports each secret that is too short once, with what to do", async () => {
    const dir = mkdtempSync(join(tmpdir(), "doctor-"));
    writeFileSync(join(dir, "IN_A_FILE"), "hunter2\n");
    writeFileSync(join(dir, "GOOD"), "hunter22\n");
    const { ok, of } = await examine({
      ...variablesOf(sandbox),
      C1_MCP_SECRETS_DIR: dir,
      C1_MCP_SECRET_OKTA: "0000",
    });
    rmSync(dir, { recursive: true });
    expect(ok).toBe(false);
    const failed = (check: "configuration" | "switches") =>
      of(check).filter(({ result }) => result === "fail");
    expect(failed("configuration")).toMatchObject([
      {
        detail: expect.stringMatching(/^C1_MCP_SECRET_OKTA is too short \(at least 8 characters/),
        fix: "Choose a longer secret in the system that it opens, and put it where C1_MCP_SECRET_OKTA says.",
      },
    ]);
    expect(failed("switches")).toMatchObject([
      {
        detail: expect.stringMatching(
          /^The secret IN_A_FILE cannot be used: it is too short \(at least 8 characters/,
        ),
        fix: expect.stringContaining("C1_MCP_SECRETS_DIR"),
      },
    ]);
  });

  it("warns of files that are ignored because of their names, but not of links of Kubernetes", async () => {
    const dir = mkdtempSync(join(tmpdir(), "doctor-"));
    const names = ["OKTA.txt", "okta\u001b[31m", "a", "b", "c", "d", "..data", ".hidden", "GOOD"];
    for (const name of names) writeFileSync(join(dir, name), "hunter22\n", { mode: 0o600 });
    const { ok, of } = await examine({ ...variablesOf(sandbox), C1_MCP_SECRETS_DIR: dir });
    rmSync(dir, { recursive: true });
    expect(ok).toBe(true);
    expect(of("switches").filter(({ result }) => result === "warn")).toEqual([
      {
        check: "switches",
        result: "warn",
        detail:
          'C1_MCP_SECRETS_DIR names a folder with files that are ignored because of their names: "OKTA.txt", "a", "b", "c", "d" and 1 more',
        fix: "Name each file after its secret: capital letters, digits and _, a letter first, at most 128, without an ending.",
      },
    ]);
  });

  it("keeps the report's own words even if one of them is a secret", async () => {
    const { of } = await examine({ ...variablesOf(sandbox), C1_MCP_SECRET_OKTA: "defaults" });
    expect(of("configuration").at(-1)?.detail).toMatch(/^\d+ settings have their defaults$/);
  });

  it("lists the switches that are not as by default, and no other", async () => {
    const details = async (more: Environment) =>
      (await examine({ ...variablesOf(sandbox), ...more })).of("switches").map(({ detail }) => detail);
    expect(await details({})).toEqual(["all as by default"]);
    expect(await details({ C1_MCP_WRITES: "confirm", C1_MCP_TOOLS: "whoami", C1_MCP_PAGE: "off" })).toEqual([
      "C1_MCP_WRITES: confirm",
      "C1_MCP_TOOLS: whoami",
      "nobody can be asked for a secret on a page (C1_MCP_PAGE is off)",
      "all others as by default",
    ]);
    // A misspelt switch was not meant to keep its default.
    expect(await details({ C1_MCP_WRITES: "confrim" })).toEqual([]);
    expect(await details({ C1_MCP_WRITTES: "confirm" })).toEqual([]);
  });

  it("supports a static token, and a secret that is sent in the body", async () => {
    const token = sandbox.issueToken();
    const { of, ok } = await examine({
      CONDUCTORONE_ACCESS_TOKEN: token,
      CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
    });
    expect(ok).toBe(true);
    expect(of("token")[0]?.detail).toContain("sent as it is");
    sandbox.auth.assertion = "unsupported";
    expect((await examine(variablesOf(sandbox))).of("token")[0]?.detail).toContain("secret in the body");
  });
});

describe("the chain of checks", () => {
  it("a failure is reported once, and the checks that need its result are skipped by name", async () => {
    await sandbox.close();
    const { of, ok } = await examine(variablesOf(sandbox));
    expect(ok).toBe(false);
    expect(of("connection")[0]).toMatchObject({ result: "fail", fix: expect.any(String) });
    expect(of("connection")[0]?.detail).toContain("refused the connection");
    expect(["clock", "token", "identity", "tools"].map((check) => of(check as "clock")[0])).toEqual([
      { check: "clock", result: "skip", detail: "needs connection" },
      { check: "token", result: "skip", detail: "needs connection" },
      { check: "identity", result: "skip", detail: "needs token" },
      { check: "tools", result: "skip", detail: "needs identity" },
    ]);
    expect(of("switches")[0]).toMatchObject({ result: "ok" });
  });

  it("a secret of another kind never leaves this machine", async () => {
    const { of } = await examine({
      ...variablesOf(sandbox),
      CONDUCTORONE_CLIENT_SECRET: "of-another-product-1234",
    });
    expect(of("token")).toEqual([{ check: "token", result: "skip", detail: "needs credential" }]);
    expect(sandbox.counts.tokens).toBe(0);
  });

  it("a switch with an invalid setting is not reported as in order", async () => {
    const { of } = await examine({
      ...variablesOf(sandbox),
      C1_MCP_TOOLS: "create_ap",
      C1_MCP_WRITES: "ask",
    });
    const inOrder = [...of("configuration"), ...of("switches")].filter(({ result }) => result === "ok");
    expect(inOrder.map(({ detail }) => detail).join("\n")).not.toMatch(/C1_MCP_(?:TOOLS|WRITES)/);
    const detail = "no tool runs until C1_MCP_WRITES and C1_MCP_TOOLS are corrected";
    expect(of("tools")).toEqual([{ check: "tools", result: "skip", detail }]);
    expect(of("configuration").filter(({ result }) => result === "fail")).toHaveLength(2);
  });

  it("a problem with the tenant's address does not hide the others", async () => {
    const { of, ok } = await examine({ ...variablesOf(sandbox), C1_MCP_WRITE: "block" });
    expect(ok).toBe(false);
    expect(of("identity")[0]).toMatchObject({ result: "ok" });
  });

  it("no tool is reported as usable while the server answers every call with a problem", async () => {
    const wrong = await examine({ ...variablesOf(sandbox), C1_MCP_READONLY: "true" });
    const detail = "no tool runs until C1_MCP_READONLY is corrected";
    expect(wrong.of("tools")).toEqual([{ check: "tools", result: "skip", detail }]);
    const warned = await examine({ ...variablesOf(sandbox), CONDUCTORONE_TENANT: "acme" });
    expect(warned.of("tools").length).toBeGreaterThan(10);
  });

  it("a stop ends the checks at once", async () => {
    const stopped = AbortSignal.abort();
    const { ok } = await examine(variablesOf(sandbox), { setup: { signal: stopped } });
    expect(ok).toBe(false);
  });
});

describe("roles", () => {
  it("without the owner's role, writes are unknown, C1's documented roles are advised, and nothing fails", async () => {
    sandbox.auth.roles = ["system:viewer"];
    const { of, ok } = await examine(variablesOf(sandbox));
    expect(ok).toBe(true);
    const [createApp] = of("tools");
    expect(createApp).toMatchObject({
      result: "warn",
      subject: "create_app",
      detail: "unknown: only the call itself can tell",
    });
    expect(createApp?.fix).toContain("Application Admin and Super Admin");
    expect(of("tools")[5]).toMatchObject({
      result: "ok",
      subject: "find_apps",
      detail: "yes (a read of that kind was allowed)",
    });
  });

  it("a refused read means that the tool may not be used", async () => {
    sandbox.auth.roles = ["system:user"];
    const { of } = await examine(variablesOf(sandbox));
    expect(of("tools")).toContainEqual(
      expect.objectContaining({
        result: "warn",
        subject: "find_apps",
        detail: "no, C1 refused it to this credential",
      }),
    );
  });

  it("a credential without roles fails", async () => {
    sandbox.auth.roles = [];
    sandbox.forbid("auth.introspect");
    const { failed, of } = await examine(variablesOf(sandbox));
    expect(failed).toMatchObject({ check: "identity", detail: expect.stringContaining("no role in effect") });
    expect(of("token")[0]).toMatchObject({ result: "ok" });
    expect(of("tools")).toEqual([{ check: "tools", result: "skip", detail: "needs identity" }]);
  });

  it("disabled tools are reported as such", async () => {
    const env = { C1_MCP_WRITES: "create_app=block", C1_MCP_TOOLS: "create_app,create_connector,whoami" };
    const { of } = await examine(env, { tenant: tenantOf(sandbox) });
    const details = of("tools").map(({ subject, detail }) => `${subject}: ${detail}`);
    expect(details[0]).toBe("create_app: switched off by C1_MCP_WRITES");
    expect(details[1]).toContain("create_connector: yes");
    expect(details[5]).toBe("find_apps: switched off by C1_MCP_TOOLS");
    const readOnly = await examine({ C1_MCP_READ_ONLY: "true" }, { tenant: tenantOf(sandbox) });
    expect(readOnly.of("switches")[0]).toMatchObject({ result: "warn" });
    expect(readOnly.ok).toBe(true);
  });
});

describe("refused tokens", () => {
  const answer = (body: object, status = 401) =>
    sandbox.faults.add({ match: { operation: "token" }, times: 9, do: { kind: "status", status, body } });

  it.each<readonly [object, RegExp]>([
    [
      { error: "invalid_client", error_description: "credential expired" },
      /has expired \(invalid_client: credential expired\)/,
    ],
    [{ error: "invalid_client", error_description: "client revoked" }, /revoked or disabled/],
    [{ error: "access_denied", error_description: "ip 192.0.2.7 not allowed" }, /this IP address/],
    [{ error: "invalid_client" }, /without saying why/],
  ])("%j", async (body, cause) => {
    answer(body);
    const { failed } = await examine(variablesOf(sandbox));
    expect(failed).toMatchObject({ check: "token", detail: expect.stringMatching(cause) });
  });

  it("a token that is issued but then refused", async () => {
    sandbox.faults.add({
      match: { operation: "auth.introspect" },
      times: 9,
      do: { kind: "status", status: 401, body: { code: 16, message: "nope" } },
    });
    const { failed } = await examine(variablesOf(sandbox));
    expect(failed).toMatchObject({
      check: "token",
      detail: expect.stringContaining("and then did not take it"),
    });
    const token = sandbox.issueToken();
    const ready = await examine({
      CONDUCTORONE_ACCESS_TOKEN: token,
      CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
    });
    expect(ready.failed?.detail).toContain("does not take the access token");
  });

  it("a token endpoint that does not exist", async () => {
    sandbox.faults.add({ match: { operation: "token" }, times: 9, do: { kind: "html" } });
    const { failed } = await examine(variablesOf(sandbox));
    expect(failed).toMatchObject({ check: "token", detail: expect.stringContaining("token endpoint") });
  });
});

describe("other kinds of credentials", () => {
  const jwt = (claims: object) =>
    ["eyJhbGciOiJub25lIn0", Buffer.from(JSON.stringify(claims)).toString("base64url"), "c2ln"].join(".");
  const now = Math.floor(Date.now() / 1000);

  it.each<readonly [string, string, RegExp]>([
    ["expired", jwt({ exp: now - 300 }), /expired 5 min ago/],
    ["a client secret", "secret-token:conductorone.com:v1:x", /holds a client secret/],
    ["with its scheme", "Bearer abcdefgh", /the word Bearer/],
    ["with a blank", "abc defgh", /characters that no token has/],
  ])("an access token, %s", async (_name, token, detail) => {
    const env: Environment = { CONDUCTORONE_ACCESS_TOKEN: token, CONDUCTORONE_SERVER_URL: sandbox.serverUrl };
    expect((await examine(env)).failed).toMatchObject({
      check: "credential",
      detail: expect.stringMatching(detail),
    });
  });

  it("an OIDC token", async () => {
    const host = new URL(sandbox.serverUrl).host;
    const env = (token: string, id = `gh@${host}/wfe`) => ({
      CONDUCTORONE_OIDC_TOKEN: token,
      CONDUCTORONE_CLIENT_ID: id,
      CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
    });
    const good = await examine(env(jwt({ aud: host, iat: now, exp: now + 300 })));
    expect(good.ok).toBe(true);
    expect(good.of("token")[0]?.detail).toContain("token exchange");
    expect(good.of("identity")[0]?.detail).toContain("service principal");
    const old = await examine(env(jwt({ aud: host, iat: now - 3600 })));
    expect(old.of("credential")[1]).toMatchObject({
      result: "warn",
      detail: expect.stringContaining("60 min old"),
    });
    const noJwt = await examine(env("opaque-token"));
    expect(noJwt.failed).toMatchObject({ check: "credential", detail: expect.stringContaining("not a JWT") });
    const wrongId = await examine(env(jwt({ aud: host }), `gh@${host}/spc`));
    expect(wrongId.failed?.detail).toContain("ends in /spc");
  });

  it("an id of another tenant is a warning; a federation trust's id with a secret is a failure", async () => {
    const other = await examine({
      ...variablesOf(sandbox),
      CONDUCTORONE_CLIENT_ID: "a@acme.conductor.one/spc",
    });
    expect(other.of("credential")[0]).toMatchObject({
      result: "warn",
      detail: expect.stringContaining("belongs to the tenant acme.conductor.one"),
    });
    const trust = await examine({
      ...variablesOf(sandbox),
      CONDUCTORONE_CLIENT_ID: "a@acme.conductor.one/wfe",
    });
    expect(trust.failed?.fix).toContain("CONDUCTORONE_OIDC_TOKEN");
  });
});

describe("TLS", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it("an untrusted certificate is explained by its issuer", async () => {
    server = createServer(SELF_SIGNED, (_request, response) => response.end());
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const serverUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clientSecret = secretFromValue(sandbox.clientSecret, createRedactor());
    const credential = { kind: "client_credentials", clientId: sandbox.clientId, clientSecret } as const;
    const { failed } = await examine({}, { tenant: { serverUrl, tenant: "x", credential } });
    expect(failed).toMatchObject({
      check: "connection",
      detail: expect.stringMatching(/issued by Corp Proxy CA, which this machine's Node does not trust/),
      fix: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
  });
});
