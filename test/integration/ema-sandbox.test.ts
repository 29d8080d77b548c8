import { afterEach, expect, it } from "vitest";
import { auditsIn } from "../fixture/tenant.ts";
import { post } from "../fixture/wire.ts";
import { freePort } from "../support/free-port.ts";
import { killSpawned, listeningAt, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

afterEach(killSpawned);

const JANE = "jane.doe@acme.example";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN = "urn:ietf:params:oauth:token-type:";
const CREATE = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "create_app", arguments: { displayName: "Governed CRM" } },
};

async function ask(url: string, form: Record<string, string>): Promise<Record<string, string>> {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
  return (await response.json()) as Record<string, string>;
}

it("http --sandbox as its own issuer prints the steps to a write, and they work", async () => {
  const [port, issuerPort] = [await freePort(), await freePort()];
  const tenant = `http://127.0.0.1:${issuerPort}`;
  const server = spawnServer(["http", "--sandbox", "--port", String(port)], { C1_MCP_EMA_ISSUER: tenant });
  const url = await listeningAt(server);
  await until("the commands", () => server.stdout.some((line) => line.startsWith("call $(token)   # 403")));
  const commands = server.stdout.join("\n");
  const secret = /client_secret=([\w-]+)/.exec(commands)?.[1] ?? "";
  expect(commands).toContain(`-d audience=http://127.0.0.1:${port} -d resource=${url}`);
  expect(commands.match(/^curl .*|^ {2}curl .*|^call .*/gm)?.length).toBeGreaterThan(3);

  const token = async () => {
    const client = { client_id: "sandbox-client", client_secret: secret };
    const { id_token = "" } = await ask(`${tenant}/sandbox/sign_in`, {
      email: JANE,
      client_id: "sandbox-client",
    });
    const { access_token: assertion = "" } = await ask(`${tenant}/auth/v1/token`, {
      ...client,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: `${TOKEN}id-jag`,
      subject_token_type: `${TOKEN}id_token`,
      subject_token: id_token,
      audience: `http://127.0.0.1:${port}`,
      resource: url,
    });
    const answer = await ask(`http://127.0.0.1:${port}/token`, {
      ...client,
      grant_type: JWT_BEARER,
      assertion,
    });
    return answer.access_token ?? "";
  };
  const first = await token();
  const created = await post(url, CREATE, { authorization: `Bearer ${first}` });
  expect(created.messages[0]?.result).toMatchObject({ structuredContent: { displayName: "Governed CRM" } });
  expect(auditsIn(server.stderr)).toMatchObject([{ outcome: "ok", caller: { email: JANE, issuer: tenant } }]);
  await ask(`${tenant}/sandbox/revoke`, { email: JANE, scope: "c1:create_app" });
  const refused = await post(url, CREATE, { authorization: `Bearer ${await token()}` });
  expect(refused.status).toBe(403);
  expect(refused.headers.get("www-authenticate")).toContain("c1:create_app");
  expect((await post(url, CREATE)).status).toBe(401);
  for (const hidden of [first, secret]) expect(server.stderr.join("\n")).not.toContain(hidden);
});

it("http --sandbox does not start if the sandbox cannot be the issuer", async () => {
  const taken = await freePort();
  const holder = spawnServer(["sandbox", "--port", String(taken)]);
  await until("the port to be taken", () => holder.stdout.length > 0);
  for (const [issuer, words] of [
    ["https://acme.conductor.one", "Set C1_MCP_EMA_CLIENTS_FILE and C1_MCP_EMA_KEY"],
    [`http://127.0.0.1:${taken}`, "The sandbox cannot start: another program uses that port"],
  ] as const) {
    const server = spawnServer(["http", "--sandbox", "--port", "0"], { C1_MCP_EMA_ISSUER: issuer });
    expect(await server.exit).toBe(2);
    expect(server.stderr.join()).toContain(words);
  }
});
