import { afterEach, describe, expect, it } from "vitest";
import { killSpawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

afterEach(killSpawned);

interface Announced {
  readonly serverUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Starts the sandbox as a person would, and reads the line that it prints. */
async function startTenant(args: readonly string[] = []) {
  const tenant = spawnServer(["sandbox", ...args]);
  await until("its line", () => tenant.stdout.length > 0);
  return { tenant, announced: JSON.parse(tenant.stdout[0] ?? "") as Announced };
}

/** `curl $serverUrl/auth/v1/token -d grant_type=… --data-urlencode …` */
async function fetchToken({ serverUrl, clientId, clientSecret }: Announced): Promise<Response> {
  return fetch(`${serverUrl}/auth/v1/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
}

describe("the vendor's documented flow by hand", () => {
  it("gets a token with the secret in the body, then an app; stdout has a single line", async () => {
    const { tenant, announced } = await startTenant();
    expect(Object.keys(announced)).toEqual(["serverUrl", "clientId", "clientSecret"]);
    expect(announced.serverUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(announced.clientSecret).toMatch(/^secret-token:conductorone\.com:v1:/);

    const answer = await fetchToken(announced);
    expect(answer.status).toBe(200);
    const token = (await answer.json()) as Record<string, unknown>;
    expect(token).toMatchObject({ token_type: "Bearer", expires_in: expect.any(Number) });

    const created = await fetch(`${announced.serverUrl}/api/v1/apps`, {
      method: "POST",
      headers: { authorization: `Bearer ${token.access_token}`, "content-type": "application/json" },
      body: '{"displayName":"Acme CRM"}',
    });
    expect(created.status).toBe(200);
    const { app } = (await created.json()) as { app: { id: string; displayName: string } };
    expect(app).toMatchObject({ id: expect.stringMatching(/^[a-zA-Z0-9]{27}$/), displayName: "Acme CRM" });

    tenant.kill("SIGTERM");
    expect(await tenant.exit).toBe(0);
    expect(tenant.stdout).toHaveLength(1);
    expect(tenant.stderr).toEqual([]);
  });

  it("gets no token with a wrong secret, and no app without a token", async () => {
    const { announced } = await startTenant();
    const refused = await fetchToken({ ...announced, clientSecret: `${announced.clientSecret}x` });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: "invalid_client" });
    const app = await fetch(`${announced.serverUrl}/api/v1/apps`, { method: "POST", body: "{}" });
    expect(app.status).toBe(401);
  });

  it("the server does the job on that tenant with only the three values", async () => {
    const { announced } = await startTenant();
    const server = spawnServer([], {
      CONDUCTORONE_SERVER_URL: announced.serverUrl,
      CONDUCTORONE_CLIENT_ID: announced.clientId,
      CONDUCTORONE_CLIENT_SECRET: announced.clientSecret,
    });
    await server.initialize();
    const { isError, text, value } = await server.call("create_app", { displayName: "Acme CRM" });
    expect(isError, text).toBe(false);
    expect(value.tenant).toBe(new URL(announced.serverUrl).host);
  });

  it("uses the given port, and explains in one line if it is taken", async () => {
    const { announced } = await startTenant();
    const { port } = new URL(announced.serverUrl);
    const second = spawnServer(["sandbox", "--port", port]);
    expect(await second.exit).toBe(2);
    expect(second.stdout).toEqual([]);
    expect(second.stderr).toHaveLength(1);
    expect(JSON.parse(second.stderr[0] ?? "")).toMatchObject({
      msg: expect.stringContaining("another program uses that port"),
    });
  });
});
