import { check, type Kit, MAIN } from "./kit.ts";

/** A sandbox tenant in its own process, so that a check can see what a client did without asking the server. */
export interface Tenant {
  /** The environment variables by which a server uses it. */
  readonly env: Readonly<Record<string, string>>;
  get(path: string): Promise<Record<string, unknown>>;
}

export async function startTenant(kit: Kit): Promise<Tenant> {
  const tenant = kit.start(await kit.node(), [MAIN, "sandbox"], { env: await kit.cleanEnv("tenant") });
  const [line] = await tenant.seen("stdout", /^\{.*\}$/m);
  const { serverUrl, clientId, clientSecret } = JSON.parse(line) as Record<string, string>;
  check(serverUrl && clientId && clientSecret, "the sandbox does not tell its address", line);
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const answer = await fetch(`${serverUrl}/auth/v1/token`, { method: "POST", body });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return {
    env: {
      CONDUCTORONE_SERVER_URL: serverUrl,
      CONDUCTORONE_CLIENT_ID: clientId,
      CONDUCTORONE_CLIENT_SECRET: clientSecret,
    },
    async get(path) {
      const response = await fetch(`${serverUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
      check(response.ok, `GET ${path} answers ${response.status}`);
      return (await response.json()) as Record<string, unknown>;
    },
  };
}

/** Names of the tenant's apps. */
export async function appNames(tenant: Tenant): Promise<string[]> {
  const { list } = (await tenant.get("/api/v1/apps?page_size=100")) as { list: { displayName: string }[] };
  return list.map(({ displayName }) => displayName);
}
