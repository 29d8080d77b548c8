import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { LOOPBACK_TLS, startTlsFront } from "../support/tls.ts";
import { startFakeModel } from "./fake-model.ts";
import { check, type Kit, MAIN } from "./kit.ts";
import { openClaude } from "./open-claude.ts";

const JANE = "jane.doe@acme.example";
const CLIENT = { id: "claude-code", secret: "a-secret-of-claude-code" };
const WRITE = "mcp__c1__create_app";

/** Starts the server, which accepts the sandbox's assertions, and both behind TLS: Claude Code sends assertions over https only. */
async function startGoverned(kit: Kit, authority: string) {
  const [issuer, front] = await Promise.all([startTlsFront(), startTlsFront()]);
  const sandbox = await startSandbox({ issuer: issuer.url });
  issuer.target = sandbox.serverUrl;
  const resource = `${front.url}/mcp`;
  sandbox.assertions.register(
    { audience: front.url, resources: [resource], scopes: ["c1:read", "c1:create_app"] },
    CLIENT,
  );
  const clients = join(kit.folder, "xaa-clients.json");
  const secretSha256 = createHash("sha256").update(CLIENT.secret).digest("hex");
  await writeFile(clients, JSON.stringify({ clients: [{ id: CLIENT.id, secretSha256 }] }));
  const server = kit.start(await kit.node(), [MAIN, "http", "--port", "0"], {
    env: {
      ...(await kit.cleanEnv("xaa-server")),
      NODE_EXTRA_CA_CERTS: authority,
      CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
      CONDUCTORONE_CLIENT_ID: sandbox.clientId,
      CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
      C1_MCP_EMA_ISSUER: issuer.url,
      C1_MCP_EMA_CLIENTS_FILE: clients,
      C1_MCP_EMA_KEY: "k".repeat(32),
      C1_MCP_PUBLIC_URL: resource,
    },
  });
  const [, url] = await server.seen("stderr", /"url":"([^"]+)\/mcp"/);
  front.target = url ?? "";
  const close = async () => {
    issuer.close();
    front.close();
    await sandbox.close();
  };
  return { sandbox, server, resource, issuer: issuer.url, close };
}

const appsOf = ({ state }: Sandbox) => [...state.apps.values()].map(({ displayName }) => displayName);

/** The whole flow except for the login in a browser, instead of which Claude Code is given the ID token. */
export async function actForAPerson(kit: Kit): Promise<string> {
  const authority = join(kit.folder, "xaa-authority.pem");
  await writeFile(authority, LOOPBACK_TLS.cert);
  const { sandbox, server, resource, issuer, close } = await startGoverned(kit, authority);
  let name = "";
  const model = await startFakeModel((results) =>
    results.length === 0 ? { tool: WRITE, input: { displayName: name } } : { say: "All done." },
  );
  const { run } = await openClaude(kit, "xaa", {
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: "none",
    CLAUDE_CODE_ENABLE_XAA: "1",
    NODE_EXTRA_CA_CERTS: authority,
    MCP_XAA_IDP_CLIENT_SECRET: CLIENT.secret,
    MCP_CLIENT_SECRET: CLIENT.secret,
  });
  const must = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    check(code === 0, `claude ${args.slice(0, 3).join(" ")} fails`, stdout + stderr);
    return stdout;
  };
  const { assertions } = sandbox;
  for (const scope of ["c1:read", "c1:create_app"]) assertions.grant(JANE, scope);
  await must("mcp", "xaa", "setup", "--issuer", issuer, "--client-id", CLIENT.id, "--client-secret");
  await must("mcp", "xaa", "login", "--id-token", await assertions.signIn(JANE, CLIENT.id));
  const entry = ["--transport", "http", "c1", resource, "--client-id", CLIENT.id, "--client-secret"];
  await must("mcp", "add", "--xaa", ...entry);
  const listed = await must("mcp", "list");
  check(/✔ Connected/.test(listed), "claude mcp list does not show Connected", listed);

  name = "Claude for Jane";
  await must("-p", "Do the job.", "--allowedTools", WRITE);
  check(appsOf(sandbox).includes(name), "the tenant has no such app", model.results);
  check(server.output.stderr.includes(`"email":"${JANE}"`), "the audit record does not name Jane");
  assertions.revoke(JANE, "c1:create_app");
  name = "Claude without a right";
  await must("-p", "Do the job.", "--allowedTools", WRITE);
  check(!appsOf(sandbox).includes(name), "the app was created without the right to");
  model.close();
  await close();
  return "exchanged silently, one app as Jane, none after the right was revoked";
}
