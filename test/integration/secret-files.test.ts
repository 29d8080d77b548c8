import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logsIn, startTenant, type Tenant } from "../fixture/tenant.ts";
import { killSpawned, type Spawned, type SpawnOptions, spawnServer } from "../support/spawn.ts";

/* The built server with secret files that cannot be read, hang, or are open to others. */

let tenant: Tenant;
let folder: string;
let file: string;

beforeEach(async () => {
  tenant = await startTenant();
  folder = mkdtempSync(join(tmpdir(), "c1-secret-files-"));
  file = join(folder, "secret");
});
afterEach(async () => {
  await killSpawned();
  await tenant.sandbox.close();
  rmSync(folder, { recursive: true });
});

/** Starts a server with the client secret in the file. */
async function start(env: Record<string, string> = {}, options: SpawnOptions = {}): Promise<Spawned> {
  const { CONDUCTORONE_CLIENT_SECRET: _secret, ...rest } = tenant.env;
  const server = spawnServer(["stdio"], { ...rest, CONDUCTORONE_CLIENT_SECRET_FILE: file, ...env }, options);
  await server.initialize();
  return server;
}

function putSecret(mode = 0o600): void {
  writeFileSync(file, tenant.sandbox.clientSecret);
  chmodSync(file, mode);
}

const isAlive = async (server: Spawned) => (await server.request("ping")).result !== undefined;

/** Opening a path with this ending hangs, as on a mount whose server is gone. */
function hangAt(end: string): SpawnOptions {
  const code = `
    import { promises } from "node:fs";
    const { open } = promises;
    promises.open = (path, ...rest) =>
      String(path).endsWith(${JSON.stringify(end)}) ? new Promise(() => {}) : open(path, ...rest);
  `;
  return { nodeArgs: ["--import", `data:text/javascript,${encodeURIComponent(code)}`] };
}

describe.skipIf(process.platform === "win32")("a pipe as the secret's file", () => {
  it("is reported with the first call, and the server continues", async () => {
    execFileSync("mkfifo", [file]);
    const server = await start();
    expect((await server.call("whoami", {})).text).toContain(
      "CONDUCTORONE_CLIENT_SECRET_FILE names a pipe, not a regular file",
    );
    expect(await isAlive(server)).toBe(true);
  });

  it("that appears after the start does not block either", async () => {
    putSecret();
    const server = await start();
    rmSync(file);
    execFileSync("mkfifo", [file]);
    expect((await server.call("whoami", {})).text).toMatch(
      /^\[not_configured\] The file named by CONDUCTORONE_CLIENT_SECRET_FILE cannot be used: it is a pipe, not a regular file\./,
    );
    expect(await isAlive(server)).toBe(true);
    rmSync(file);
    putSecret();
    expect((await server.call("whoami", {})).isError).toBe(false);
  });
});

describe("a hanging mount", () => {
  it("with the credential fails each call in time and names the variable", async () => {
    putSecret();
    const server = await start({ C1_MCP_TIMEOUT_MS: "1000" }, hangAt("secret"));
    for (let round = 0; round < 6; round += 1) {
      expect((await server.call("whoami", {})).text).toMatch(
        /^\[unavailable\] The file named by CONDUCTORONE_CLIENT_SECRET_FILE cannot be used: reading it takes too long\. Its disk or mount may hang\. Nothing was changed\./,
      );
    }
    expect(await isAlive(server)).toBe(true);
  });

  it("with connector secrets leaves calls working that need none of them", async () => {
    putSecret();
    const dir = join(folder, "dir");
    mkdirSync(dir);
    for (const name of ["A", "B", "C", "D", "E"])
      writeFileSync(join(dir, `TOKEN_${name}`), "x", { mode: 0o600 });
    const server = await start({ C1_MCP_TIMEOUT_MS: "4000", C1_MCP_SECRETS_DIR: dir }, hangAt("TOKEN_A"));
    const { value } = await server.call("create_app", { displayName: "Acme CRM" });
    const config = (name: string) => ({
      okta_v2_domain: "acme.okta.example",
      okta_v2_api_token: { secretRef: `TOKEN_${name}` },
    });
    for (const name of ["A", "B", "C", "D", "E"]) {
      const args = { appId: value.appId, catalogId: "okta_v2", config: config(name) };
      expect((await server.call("create_connector", args)).text).toMatch(
        new RegExp(`^\\[unavailable\\] The secret TOKEN_${name} cannot be read: .*Nothing was changed`),
      );
    }
    expect((await server.call("create_app", { displayName: "Acme ERP" })).isError).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("a secret file that others can read", () => {
  it("is reported once, at the start, and is used", async () => {
    putSecret(0o644);
    const server = await start();
    expect((await server.call("whoami", {})).isError).toBe(false);
    expect(logsIn(server.stderr).filter(({ level }) => Number(level) >= 40)).toMatchObject([
      {
        level: 40,
        msg: "CONDUCTORONE_CLIENT_SECRET_FILE names a file that is open to others besides its owner (mode 0644)",
      },
    ]);
  });

  it("is the only one that is reported", async () => {
    putSecret(0o600);
    const server = await start();
    await server.call("whoami", {});
    expect(logsIn(server.stderr).filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});
