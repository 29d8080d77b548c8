import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { WebBrowser } from "../support/web-browser.ts";
import { check, type Kit, MAIN, type Running } from "./kit.ts";
import type { Suite } from "./suite.ts";
import { appNames, startTenant, type Tenant } from "./tenant.ts";

const VERSION = "0.169.0";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly message?: string; readonly serverName?: string; readonly url?: string };
  readonly result?: Record<string, unknown>;
  readonly error?: unknown;
}

type Verdict = { action: "accept"; content: { confirm: true } } | { action: "decline" | "cancel" };

/** Codex's app server, driven by lines of JSON, as an editor does. */
interface Codex {
  readonly threadId: string;
  /** The messages of all elicitations. */
  readonly asked: string[];
  verdict: Verdict;
  /** How the person reacts to a link. */
  visit: (url: string, message: string) => Promise<void>;
  request(method: string, params: object): Promise<Record<string, unknown>>;
  call(
    tool: string,
    args: object,
  ): Promise<{ text: string; isError: boolean; value: Record<string, unknown> }>;
  /** The MCP servers as Codex sees them. */
  servers(): Promise<Server[]>;
  close(): Promise<void>;
}

interface Server {
  readonly name: string;
  /** Absent if the server could not be started. */
  readonly serverInfo?: { readonly name: string } | null;
  readonly tools: Readonly<Record<string, unknown>>;
}

/** Prepares a fresh Codex, with a config that keeps it from using the network. */
export async function prepareCodex(kit: Kit, name: string, config = "") {
  const env = await kit.cleanEnv(name);
  const file = join(env.HOME ?? "", ".codex", "config.toml");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, OFFLINE + config);
  return { env, file };
}

export async function openCodex(kit: Kit, env: Readonly<Record<string, string>>): Promise<Codex> {
  const prefix = await kit.install("@openai/codex", VERSION);
  const script = join(prefix, "node_modules", ".bin", "codex");
  const app = kit.start(await kit.node(), [script, "app-server"], { env, cwd: env.HOME ?? "" });
  return speak(app, env.HOME ?? "");
}

const OFFLINE = `model_provider = "nowhere"
check_for_update_on_startup = false

[analytics]
enabled = false

[model_providers.nowhere]
name = "nowhere"
base_url = "http://127.0.0.1:9/v1"
`;

function entryFor({ env }: Tenant, writes = "confirm"): string {
  const settings = Object.entries({ ...env, C1_MCP_WRITES: writes });
  return `
[mcp_servers.c1]
command = "node"
args = [${JSON.stringify(MAIN)}]
env = { ${settings.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(", ")} }
`;
}

async function speak(app: Running, cwd: string): Promise<Codex> {
  const waiting = new Map<number, (message: Message) => void>();
  const send = (message: object) => app.process.stdin?.write(`${JSON.stringify(message)}\n`);
  let ids = 0;
  let rest = "";
  let threadId = "";
  const codex: Codex = {
    get threadId() {
      return threadId;
    },
    asked: [],
    verdict: { action: "decline" },
    visit: async () => undefined,
    request(method, params) {
      ids += 1;
      const id = ids;
      send({ id, method, params });
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`Codex does not answer ${method}`)), 30_000);
        waiting.set(id, ({ result, error }) => {
          clearTimeout(timer);
          if (result) resolve(result);
          else reject(new Error(`${method}: ${JSON.stringify(error)}`));
        });
      });
    },
    async call(tool, args) {
      const params = { threadId, server: "c1", tool, arguments: args };
      const result = await codex.request("mcpServer/tool/call", params);
      const [first] = result.content as { text: string }[];
      const value = (result.structuredContent ?? {}) as Record<string, unknown>;
      return { text: first?.text ?? "", isError: result.isError === true, value };
    },
    servers: async () => (await codex.request("mcpServerStatus/list", {})).data as Server[],
    close: () => app.stop(),
  };
  const receive = (message: Message) => {
    if (message.method === undefined) return waiting.get(message.id ?? -1)?.(message);
    if (message.method !== "mcpServer/elicitation/request") return;
    const { message: text = "", url } = message.params ?? {};
    codex.asked.push(text);
    if (url === undefined) return send({ id: message.id, result: codex.verdict });
    // Codex answers with empty content as soon as the person agrees to open the link.
    send({ id: message.id, result: { action: "accept", content: {} } });
    void codex.visit(url, text);
  };
  app.process.stdout?.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) receive(JSON.parse(line) as Message);
  });
  await codex.request("initialize", { clientInfo: { name: "c1-e2e", title: "c1-e2e", version: "1" } });
  send({ method: "initialized" });
  const { thread } = (await codex.request("thread/start", { cwd })) as { thread: { id: string } };
  threadId = thread.id;
  return codex;
}

async function drive(kit: Kit): Promise<string> {
  const tenant = await startTenant(kit);
  const { env } = await prepareCodex(kit, "codex", entryFor(tenant));
  const codex = await openCodex(kit, env);

  const servers = await codex.servers();
  const status = servers.find(({ name }) => name === "c1");
  check(status?.serverInfo?.name === "c1-admin-mcp", "the server is not listed", servers);
  check("create_app" in status.tools && "whoami" in status.tools, "tools are missing", status.tools);

  const found = await codex.call("find_users", { query: "jane.doe@acme.example" });
  check(!found.isError && JSON.stringify(found.value).includes("Jane Doe"), "find_users fails", found);
  const before = codex.asked.length;
  check(before === 0, "a look-up was asked about", codex.asked);

  for (const [verdict, words] of [
    ["decline", /said no/],
    ["cancel", /closed the question/],
  ] as const) {
    codex.verdict = { action: verdict };
    const no = await codex.call("create_app", { displayName: `Codex ${verdict}` });
    check(no.isError && words.test(no.text), `${verdict} is not understood`, no.text);
    check(!(await appNames(tenant)).includes(`Codex ${verdict}`), `created in spite of ${verdict}`);
  }

  codex.verdict = { action: "accept", content: { confirm: true } };
  const yes = await codex.call("create_app", { displayName: "Codex CRM", owners: ["jane.doe@acme.example"] });
  check(!yes.isError && typeof yes.value.appId === "string", "accept does not lead to an app", yes.text);
  check((await appNames(tenant)).includes("Codex CRM"), "the tenant has no such app");
  check(codex.asked.length === 3, "not asked once for each write", codex.asked);
  const question = codex.asked.at(-1) ?? "";
  check(/create_app.*Codex CRM.*jane\.doe@acme\.example/s.test(question), "the question is vague", question);
  await codex.close();
  return `${Object.keys(status.tools).length} tools; asked: ${question.replaceAll("\n", "; ")}`;
}

const TYPED = "00typed-beside-codex-canary";

async function typeSecret(kit: Kit): Promise<string> {
  const tenant = await startTenant(kit);
  const { env } = await prepareCodex(kit, "codex-page", entryFor(tenant, "allow"));
  const codex = await openCodex(kit, env);
  let shown = "";
  codex.visit = async (url, message) => {
    const code = /\b([2-9B-DF-HJ-NP-TV-XZ]{6})\b/.exec(message)?.[1] ?? "";
    const browser = new WebBrowser("nobody");
    const page = await browser.open(url);
    shown = (await browser.send(page, { code, decision: "yes", "secret-0": TYPED })).text;
  };
  const made = await codex.call("create_connector", {
    appId: "Acme Wiki",
    catalogId: "okta_v2",
    config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { ask: true } },
  });
  await codex.close();
  check(codex.asked.length === 1, "the person was not asked once", codex.asked);
  check(shown.includes("Created connector"), "the page did not do it", shown);
  check(!made.isError && typeof made.value.connectorId === "string", "Codex does not hear of it", made);
  check(!JSON.stringify([made, codex.asked]).includes(TYPED), "the secret reached the client");
  return `asked: ${codex.asked[0]?.replaceAll("\n", "; ").slice(0, 160)}`;
}

export const codex: Suite = {
  name: "codex",
  what: `Codex ${VERSION} app server with an empty home and no login`,
  checks: [
    {
      name: "Codex lists the tools, calls one, and answers an elicitation with no, a dismissal and yes",
      run: drive,
    },
    { name: "Codex opens the page for a secret, which neither it nor its model sees", run: typeSecret },
  ],
};
