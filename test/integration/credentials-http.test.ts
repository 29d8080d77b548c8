import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { auditsIn, logsIn } from "../fixture/tenant.ts";
import { modernHeaders, modernRequest, post } from "../fixture/wire.ts";
import { endHere, runHere, serveHere } from "../support/commands-here.ts";
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.ts";
import { ROOT } from "../support/sources.ts";
import { killSpawned, listeningAt, type Spawned, spawnServer } from "../support/spawn.ts";
import { SERVED_AS, type TeamFile, teamFile, writeTeamFile } from "../support/team.ts";

const AUDIENCE = "https://mcp.acme.example/mcp";
const BOT = "the-bearer-of-the-ci-bot";
const OTHER = "the-bearer-of-somebody-else";
const RECORDER = pathToFileURL(join(ROOT, "test", "support", "recorder.mjs")).href;

let sandbox: Sandbox;
let oauth: OAuthServer;
let team: TeamFile;

beforeAll(async () => {
  [sandbox, oauth] = await Promise.all([startSandbox(), startOAuthServer()]);
});
beforeEach(() => {
  team = writeTeamFile(sandbox, oauth.issuer);
});
afterEach(async () => {
  await killSpawned();
  await endHere();
  team.remove();
});
afterAll(async () => {
  await oauth.close();
  await sandbox.close();
});

const environment = (): Record<string, string> => ({
  CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
  C1_MCP_CREDENTIALS_FILE: team.path,
  C1_MCP_HTTP_TOKEN: `${BOT},${OTHER}`,
  C1_MCP_OAUTH_ISSUER: oauth.issuer,
  C1_MCP_OAUTH_AUDIENCE: AUDIENCE,
  C1_MCP_LOG_LEVEL: "trace",
});

interface Started {
  readonly server: Pick<Spawned, "stderr">;
  readonly url: string;
}

async function start(env: Record<string, string> = {}): Promise<Started> {
  const server = serveHere({ ...environment(), ...env });
  return { server, url: await listeningAt(server) };
}

/** The built server, for what it shows to whom. */
async function spawnHttp(env: Record<string, string>): Promise<Started> {
  const server = spawnServer(["http", "--port", "0"], { ...environment(), ...env });
  return { server, url: await listeningAt(server) };
}

const signIn = (sub: string, claims: object = {}): Promise<string> =>
  oauth.sign({
    iss: oauth.issuer,
    aud: AUDIENCE,
    sub,
    scope: "c1:read c1:write",
    exp: Math.floor(Date.now() / 1000) + 600,
    ...claims,
  });

/** The outcome of a call, in either era. */
async function call(url: string, token: string, name: string, args: object = {}, era: "v1" | "v2" = "v1") {
  const params = { name, arguments: args };
  const modern = modernRequest(1, "tools/call", params);
  const authorization = `Bearer ${token}`;
  const { messages } = await (era === "v1"
    ? post(url, { jsonrpc: "2.0", id: 1, method: "tools/call", params }, { authorization })
    : post(url, modern, { ...modernHeaders(modern), authorization }));
  const result = messages.at(-1)?.result as
    | { isError?: boolean; content: [{ text: string }]; structuredContent?: Record<string, unknown> }
    | undefined;
  return {
    isError: result?.isError === true,
    text: result?.content[0].text ?? "",
    value: result?.structuredContent ?? {},
  };
}

const readiness = async (url: string) => {
  const response = await fetch(new URL("/readyz", url));
  return [response.status, await response.json()];
};

/** The output and exit code of a server that does not start. */
async function refusal(env: Record<string, string>): Promise<{ code: unknown; said: string }> {
  const server = serveHere({ ...environment(), ...env });
  return { code: await server.exit, said: server.stderr.join("\n") };
}

describe("callers of a server with a credentials file", () => {
  it.each(["v1", "v2"] as const)("are each served by their own entry (%s)", async (era) => {
    const { server, url } = await spawnHttp({ C1_MCP_ADMIN_PORT: "0" });
    const tokens = {
      jane: await signIn("jane", { groups: ["it"] }),
      "identity-team": await signIn("kate", { groups: ["it", "all"], private: "canary-of-a-claim" }),
      "finance-team": await signIn("sam", { groups: "finance" }),
      bot: BOT,
    };
    for (const [entry, token] of Object.entries(tokens)) {
      expect((await call(url, token, "whoami", {}, era)).value.credential).toBe(entry);
      const { isError, text } = await call(url, token, "create_app", { displayName: `${entry} ${era}` }, era);
      expect([entry, isError, text]).toEqual([entry, false, text]);
    }
    const created = sandbox.requests.filter(({ operation }) => operation === "apps.create").slice(-4);
    expect(created.map(({ userId }) => userId)).toEqual(Object.values(SERVED_AS));
    expect(auditsIn(server.stderr).filter(({ record }) => record === "outcome")).toMatchObject([
      { principal: "user:jane", credential: "jane", outcome: "ok" },
      { principal: "user:kate", credential: "identity-team", outcome: "ok" },
      { principal: "user:sam", credential: "finance-team", outcome: "ok" },
      { principal: "token-1", credential: "bot", outcome: "ok" },
    ]);
    const { metricsUrl } = logsIn(server.stderr).find(({ msg }) => msg === "listening") ?? {};
    const metrics = await (await fetch(String(metricsUrl))).text();
    expect(metrics).toContain('c1_mcp_tool_calls_total{tool="create_app",outcome="ok",credential="bot"} 1\n');
    expect(metrics).toContain('c1_mcp_token_renewals_total{outcome="ok",credential="finance-team"} 1\n');
    expect(await readiness(url)).toEqual([200, { status: "ok" }]);

    // Neither tokens and secrets nor claims that are not needed.
    const said = [...server.stderr, metrics].join("\n");
    const secrets = Object.values(team.principals).map(({ clientSecret }) => clientSecret);
    for (const secret of [...secrets, ...Object.values(tokens), "canary-of-a-claim"]) {
      expect(said).not.toContain(secret);
      expect(said).not.toContain(secret.slice(-30));
    }
    expect(metrics).not.toMatch(/kate|jane@|user:/);
  });

  it("are served by the name of their token while another one replaces it", async () => {
    const file = teamFile(team.principals, oauth.issuer);
    const bot = { callers: [{ token: "ci-bot" }] };
    team.write({
      ...file,
      entries: file.entries.map((one) => (one.name === "bot" ? { ...one, ...bot } : one)),
    });
    const tokens = join(team.folder, "tokens");
    writeFileSync(tokens, `other ${OTHER}\nci-bot ${BOT}\n`, { mode: 0o600 });
    const { server, url } = await start({ C1_MCP_HTTP_TOKEN: "", C1_MCP_HTTP_TOKEN_FILE: tokens });
    const next = "the-next-bearer-of-the-ci-bot";
    const whose = async (token: string) => (await call(url, token, "whoami")).value.credential;
    expect(await whose(BOT)).toBe("bot");
    writeFileSync(tokens, `other ${OTHER}\nci-bot ${BOT}\nci-bot ${next}\n`);
    expect([await whose(BOT), await whose(next)]).toEqual(["bot", "bot"]);
    writeFileSync(tokens, `ci-bot ${next}`);
    expect(await whose(next)).toBe("bot");
    await call(url, next, "create_app", { displayName: "Named" });
    expect(auditsIn(server.stderr).at(-1)).toMatchObject({ principal: "ci-bot", credential: "bot" });
    expect(logsIn(server.stderr).filter(({ level }) => Number(level) > 30)).toEqual([]);
    expect(server.stderr.join("\n")).not.toMatch(/bearer-of-the-ci-bot/);
  });

  it("are refused if no entry matches them, whatever others have", async () => {
    const { url } = await start();
    for (const token of [
      OTHER,
      await signIn("eve"),
      await signIn("ci", { sub: undefined, client_id: "jane" }),
    ]) {
      const { isError, text } = await call(url, token, "create_app", { displayName: "No" });
      expect([isError, text]).toEqual([
        true,
        expect.stringMatching(/^\[forbidden\] This server has no C1 credential for you/),
      ]);
    }
  });

  it("are told apart in the log, once, if their address is not verified or no entry is for them", async () => {
    const file = teamFile(team.principals, oauth.issuer);
    const [jane, ...rest] = file.entries;
    const rule = { issuer: oauth.issuer, email: "jane.doe@acme.example" };
    team.write({ ...file, entries: [{ ...jane, callers: [rule] }, ...rest] });
    const { server, url } = await start();
    const claims = { email: "jane.doe@acme.example", email_verified: false };
    for (const token of [await signIn("jane", claims), await signIn("eve"), await signIn("jane", claims)]) {
      const { text } = await call(url, token, "whoami");
      expect(text).toContain("[forbidden] This server has no C1 credential for you (user:");
      expect(text).toContain("the server's log says why");
      expect(text).not.toContain("doctor");
    }
    expect(
      logsIn(server.stderr).filter(({ principal, level }) => principal && Number(level) > 20),
    ).toMatchObject([
      {
        level: 40,
        principal: "user:jane",
        entry: "jane",
        msg: "an entry of C1_MCP_CREDENTIALS_FILE has the caller's e-mail address, which their token does not call verified",
      },
      { level: 30, principal: "user:eve", msg: "no entry of C1_MCP_CREDENTIALS_FILE is for this caller" },
    ]);
  });

  it("get the mapping that is in force at the moment", async () => {
    const { server, url } = await start();
    const token = await signIn("eve");
    expect((await call(url, token, "whoami")).text).toContain("[forbidden]");
    team.write({ ...teamFile(team.principals, oauth.issuer), default: "bot" });
    expect((await call(url, token, "whoami")).value.credential).toBe("bot");
    writeFileSync(team.path, '{"default":');
    expect((await call(url, token, "whoami")).value.credential).toBe("bot");
    expect(await readiness(url)).toEqual([200, { status: "degraded", degraded: ["c1_credential"] }]);
    const told = logsIn(server.stderr).filter(({ level }) => level === 50);
    expect(told).toMatchObject([{ why: [expect.stringMatching(/^the file is not JSON/)] }]);
  });
});

describe("people for whom C1 itself vouches", () => {
  const CLIENT_SECRET = "the-secret-of-an-mcp-client";

  /** An assertion, exchanged for an access token of the server's own. */
  async function exchange(url: string, claims: object): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const assertion = await oauth.sign(
      {
        iss: oauth.issuer,
        aud: new URL(AUDIENCE).origin,
        resource: AUDIENCE,
        client_id: "claude-code",
        scope: "c1:read c1:write",
        jti: crypto.randomUUID(),
        iat: now,
        exp: now + 300,
        ...claims,
      },
      { typ: "oauth-id-jag+jwt" },
    );
    const response = await fetch(new URL("/token", url), {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`claude-code:${CLIENT_SECRET}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }),
    });
    return String(((await response.json()) as { access_token?: string }).access_token);
  }

  it("are matched by their address, which C1's assertions do not mark as verified", async () => {
    const clients = join(team.folder, "clients.json");
    const secretSha256 = createHash("sha256").update(CLIENT_SECRET).digest("hex");
    writeFileSync(clients, JSON.stringify({ clients: [{ id: "claude-code", secretSha256 }] }));
    const file = teamFile(team.principals, oauth.issuer);
    const [jane, ...rest] = file.entries;
    const known = { issuer: oauth.issuer, email: "jane.doe@acme.example", emailVerified: "by_issuer" };
    team.write({ ...file, entries: [{ ...jane, callers: [known] }, ...rest] });
    const { C1_MCP_OAUTH_ISSUER: _issuer, C1_MCP_OAUTH_AUDIENCE: _audience, ...env } = environment();
    const server = serveHere({
      ...env,
      C1_MCP_EMA_ISSUER: oauth.issuer,
      C1_MCP_EMA_CLIENTS_FILE: clients,
      C1_MCP_EMA_KEY: "k".repeat(32),
      C1_MCP_PUBLIC_URL: AUDIENCE,
    });
    const url = await listeningAt(server);
    const token = await exchange(url, { sub: "a-pseudonym", email: "Jane.Doe@acme.example" });
    expect((await call(url, token, "whoami")).value).toMatchObject({
      credential: "jane",
      userId: SERVED_AS.jane,
    });
    for (const claims of [
      { sub: "jane.doe@acme.example" },
      { sub: "jane", email: "jane.doe@acme.example.evil.example" },
      { sub: "another", email: "jane.doe@acme.example", email_verified: false },
    ]) {
      const { text } = await call(url, await exchange(url, claims), "whoami");
      expect([claims, text]).toEqual([
        claims,
        expect.stringContaining("[forbidden] This server has no C1 credential"),
      ]);
    }
    expect(server.stderr.join("\n")).not.toContain("whose tokens this server does not take");
  });
});

it("rules for impossible callers are reported at the start and at a change, because a typo in an issuer would go unnoticed", async () => {
  const slip = teamFile(team.principals, `${oauth.issuer}/`);
  team.write(slip);
  const { server, url } = await start({ C1_MCP_HTTP_TOKEN: BOT });
  const told = () =>
    logsIn(server.stderr).flatMap(({ level, msg }) =>
      level === 40 ? [String(msg).replace(/.* in which /, "")] : [],
    );
  const wrong = ["jane", "identity-team", "finance-team"].map(
    (name, at) => `entries[${at}] (${name}).callers[0] has an issuer whose tokens this server does not take`,
  );
  expect(told()).toEqual(wrong);
  team.write({ ...slip, entries: slip.entries.slice(0, 1) });
  expect((await call(url, BOT, "whoami")).isError).toBe(true);
  expect(told()).toEqual([...wrong, ...wrong.slice(0, 1)]);
});

it.each([
  ["a name that is misspelt", "ci-bto"],
  ["the number of a token that has a name", 1],
])("a rule for %s is reported, because its caller would go unnoticed", async (_what, token) => {
  const file = teamFile(team.principals, oauth.issuer);
  team.write({
    ...file,
    entries: file.entries.map((one) => (one.name === "bot" ? { ...one, callers: [{ token }] } : one)),
  });
  const { server } = await start({ C1_MCP_HTTP_TOKEN: `ci-bot ${BOT}` });
  expect(logsIn(server.stderr).filter(({ level }) => level === 40)).toMatchObject([
    {
      msg: "C1_MCP_CREDENTIALS_FILE names a file in which entries[3] (bot).callers[0] names nobody: no static token has this name, or this number without a name",
    },
  ]);
});

describe("an entry whose secret is missing", () => {
  it("is reported at the start, and does not affect other callers", async () => {
    rmSync(join(team.folder, "finance-team.secret"));
    const { server, url } = await start();
    expect(logsIn(server.stderr).filter(({ level }) => level === 40)).toMatchObject([
      {
        msg: `C1_MCP_CREDENTIALS_FILE names a file in which clientSecretFile of finance-team names a file that does not exist: ${join(team.folder, "finance-team.secret")}`,
      },
    ]);
    expect((await call(url, BOT, "whoami")).value.credential).toBe("bot");
    const sam = await call(url, await signIn("sam", { groups: ["finance"] }), "whoami");
    expect(sam.text).toMatch(
      /^\[not_configured\] The file named by clientSecretFile of the credential finance-team/,
    );
    expect(await readiness(url)).toEqual([200, { status: "degraded", degraded: ["c1_credential"] }]);
  });

  it("makes the server unready if there is no other", async () => {
    const { url } = await start();
    for (const name of Object.keys(SERVED_AS)) rmSync(join(team.folder, `${name}.secret`));
    expect(await readiness(url)).toEqual([503, { status: "not ready", failing: ["c1_credential"] }]);
  });
});

describe("doctor with a credentials file", () => {
  interface Line {
    readonly check: string;
    readonly result: string;
    readonly subject?: string;
    readonly detail: string;
    readonly fix?: string;
  }
  async function examine(
    env: Record<string, string> = {},
  ): Promise<{ code: unknown; lines: Line[]; said: string }> {
    const { code, stdout } = await runHere(["doctor", "--json"], { ...environment(), ...env });
    const said = stdout.join("\n");
    return { code, said, lines: (JSON.parse(said) as { checks: Line[] }).checks };
  }
  const entries = Object.keys(SERVED_AS);

  it("tests every entry, and reports its identity in C1 and what it may do", async () => {
    const { code, lines, said } = await examine();
    expect(code).toBe(0);
    const about = (check: string) =>
      lines.filter((line) => line.check === check).map(({ subject }) => subject);
    for (const check of ["token", "identity", "tools"])
      expect([check, ...about(check)]).toEqual([check, ...entries]);
    expect(about("connection")).toEqual([undefined]);
    expect(lines.filter(({ check }) => check === "identity").map(({ detail }) => detail)).toEqual([
      expect.stringContaining("Jane Doe"),
      ...entries.slice(1).map((name) => expect.stringContaining(SERVED_AS[name as keyof typeof SERVED_AS])),
    ]);
    expect(lines.find(({ check }) => check === "tools")?.detail).toMatch(
      /^create_app, .*whoami: yes \(role system:owner\)$/,
    );
    for (const { clientSecret } of Object.values(team.principals))
      expect(said).not.toContain(clientSecret.slice(-40));
  });

  it("says which entry fails and how to fix it, in the file's terms", async () => {
    team.principals["finance-team"].revoke();
    rmSync(join(team.folder, "bot.secret"));
    writeFileSync(join(team.folder, "jane.secret"), team.principals.jane.clientId);
    const { code, lines } = await examine();
    expect(code).toBe(1);
    expect(lines.filter(({ result }) => result === "fail")).toMatchObject([
      {
        check: "credential",
        subject: "jane",
        detail: "clientSecretFile holds a client id: id and secret are swapped",
      },
      {
        check: "credential",
        subject: "bot",
        detail: "The file named by clientSecretFile of the credential bot cannot be used: it does not exist.",
      },
      {
        check: "token",
        subject: "finance-team",
        detail: expect.stringContaining("the tenant knows no such client"),
        fix: expect.stringMatching(/^Check clientId letter by letter/),
      },
    ]);
    expect(lines).toContainEqual(
      expect.objectContaining({ check: "identity", subject: "identity-team", result: "ok" }),
    );
  });

  it("reports an invalid file, and one beside a credential for all", async () => {
    writeFileSync(team.path, "{");
    const bad = await examine();
    expect(bad.code).toBe(1);
    expect(bad.lines[0]).toMatchObject({
      check: "configuration",
      detail: expect.stringMatching(/^C1_MCP_CREDENTIALS_FILE names a file that is not JSON/),
    });
    const both = await examine({ CONDUCTORONE_ACCESS_TOKEN: "long-enough-token" });
    expect(both.lines[0]).toMatchObject({
      detail: "CONDUCTORONE_ACCESS_TOKEN and C1_MCP_CREDENTIALS_FILE are both set: keep one",
    });
  });
});

describe("a server refuses to start", () => {
  it.each<[string, (team: TeamFile) => Record<string, string>, string]>([
    [
      "without the file",
      () => ({ C1_MCP_CREDENTIALS_FILE: "/nowhere" }),
      "C1_MCP_CREDENTIALS_FILE names a file that cannot be read (ENOENT)",
    ],
    [
      "with a mistake in it",
      (file) => {
        file.write({
          entries: [{ name: "x", callers: [{ token: 1 }], clientSecret: "s" }],
          default: "refuse",
        });
        return {};
      },
      "names a file in which entries[0] (x).clientSecret would hold a secret in this file",
    ],
    [
      "with a credential of another tenant",
      () => ({ CONDUCTORONE_SERVER_URL: "https://other.conductor.one" }),
      "entries[0] (jane).clientId belongs to the tenant 127.0.0.1:",
    ],
    [
      "with a credential for all beside it",
      () => ({
        CONDUCTORONE_CLIENT_ID: "x@acme.conductor.one/spc",
        CONDUCTORONE_CLIENT_SECRET: "long-enough",
      }),
      "CONDUCTORONE_CLIENT_ID and C1_MCP_CREDENTIALS_FILE are both set: keep one",
    ],
  ])("%s", async (_what, prepare, why) => {
    const { code, said } = await refusal(prepare(team));
    expect([code, said]).toEqual([2, expect.stringContaining(why)]);
  });
});

describe("a credentials file that does not apply", () => {
  const MARK = "has changed and cannot be used";
  const readBy = ({ stderr }: Spawned): string[] =>
    stderr.flatMap((line) => {
      const path = /^load (.*)$/.exec(JSON.parse(line).recorded ?? "")?.[1] ?? "";
      const file = path.startsWith("file:") ? fileURLToPath(path) : path;
      return file.startsWith(join(ROOT, "dist")) && readFileSync(file, "utf8").includes(MARK) ? [file] : [];
    });
  const recorded = { nodeArgs: ["--import", RECORDER] };

  it("is refused over stdio without being read", async () => {
    const own = {
      CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
      CONDUCTORONE_CLIENT_ID: sandbox.clientId,
      CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
    };
    const server = spawnServer(["stdio"], { ...own, C1_MCP_CREDENTIALS_FILE: team.path }, recorded);
    await server.initialize();
    const { text } = await server.call("whoami", {});
    expect(text).toMatch(
      /^\[not_configured\] The server is not configured:\n- C1_MCP_CREDENTIALS_FILE is for http: over stdio one person's client starts the server, with that person's credential\n/,
    );
    expect(readBy(server)).toEqual([]);
  });

  it("is not read over HTTP without the setting", async () => {
    const { C1_MCP_CREDENTIALS_FILE: _, ...env } = environment();
    const own = {
      CONDUCTORONE_CLIENT_ID: sandbox.clientId,
      CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
    };
    const server = spawnServer(["http", "--port", "0"], { ...env, ...own }, recorded);
    const url = await listeningAt(server);
    expect((await call(url, BOT, "whoami")).value).toMatchObject({ tenant: new URL(sandbox.serverUrl).host });
    expect((await call(url, BOT, "whoami")).value).not.toHaveProperty("credential");
    expect(readBy(server)).toEqual([]);
  });

  it("is read over HTTP with the setting", async () => {
    const server = spawnServer(["http", "--port", "0"], environment(), recorded);
    await listeningAt(server);
    expect(readBy(server)).toHaveLength(1);
  });
});
