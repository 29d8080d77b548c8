import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { checkOAuthIssuer } from "../../../src/doctor/oauth-issuer.ts";
import { CHECK_LIMIT_MS } from "../../../src/doctor/setup.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import * as scripts from "../../../src/replicas/scripts.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/start.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type StandInOptions, startStandIn } from "../../support/stand-in.ts";
import { waitFor } from "../../support/wait-for.ts";
import { type Environment, examine, variablesOf } from "./bench.ts";

/* What a team sets up: callers' tokens, an OAuth issuer, a store for replicas. */

/** No system hands out such a port, and `fetch` does not refuse it. */
const CLOSED = "127.0.0.1:2";

const ended: (() => unknown)[] = [];
let sandbox: Sandbox;
let folder: string;
beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), "doctor-team-"));
  ended.push(() => rmSync(folder, { recursive: true }), sandbox.close);
});
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

const TEAM = ["http", "page", "http_token", "oauth_issuer", "shared_store"];

/** The lines about it; all others are in order. */
async function look(env: Environment, more: Parameters<typeof examine>[1] = {}) {
  const { ok, checks } = await examine({ ...variablesOf(sandbox), ...env }, more);
  expect(JSON.stringify(checks)).not.toContain("canary");
  const lines = checks.filter(({ check }) => TEAM.includes(check));
  expect(ok).toBe(lines.every(({ result }) => result !== "fail"));
  return lines.map(({ check, result, detail, fix }) => ({ line: `${result} ${check}: ${detail}`, fix }));
}

const linesOf = async (env: Environment) => (await look(env)).map(({ line }) => line);

function write(text: string): string {
  const path = join(folder, "secret");
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ended.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("is examined only if it is set", async () => {
  expect(await look({ C1_MCP_PORT: "9000", C1_MCP_STATE_KEY: "canary".padEnd(32, "k") })).toEqual([]);
});

describe("tokens of callers", () => {
  const LONG = "canary-token-of-caller";

  it("are counted", async () => {
    expect(await linesOf({ C1_MCP_HTTP_TOKEN: LONG })).toEqual(["ok http_token: 1 token"]);
    const file = write(`${LONG}-a,\n${LONG}-b\n`);
    expect(await linesOf({ C1_MCP_HTTP_TOKEN_FILE: file })).toEqual(["ok http_token: 2 tokens"]);
    const named = write(`ci-bot ${LONG}-a\nci-bot ${LONG}-b\n`);
    expect(await linesOf({ C1_MCP_HTTP_TOKEN_FILE: named })).toEqual(["ok http_token: 2 tokens"]);
  });

  const SHORT = "must hold tokens of at least 16 characters each";
  it.each([
    ["too short", "canary-ten", SHORT],
    ["too short beside another one", `${LONG}, canary-ten`, SHORT],
    ["with the word Bearer", `Bearer ${LONG}`, "must hold tokens alone, without the word Bearer"],
    ["none", ",,,,,,,,,,", SHORT],
    [
      "under two names",
      `ci ${LONG}\ndi ${LONG}`,
      "holds one token under two names: token 2 repeats an earlier one",
    ],
  ])("in a file are judged as http does: %s", async (_what, text, problem) => {
    expect(await look({ C1_MCP_HTTP_TOKEN_FILE: write(text) })).toEqual([
      {
        line: `fail http_token: \`http\` does not start: C1_MCP_HTTP_TOKEN ${problem}`,
        fix: expect.stringMatching(/^Make each with `openssl rand -hex 32`/),
      },
    ]);
  });

  it("are not judged twice", async () => {
    const gone = await examine({ ...variablesOf(sandbox), C1_MCP_HTTP_TOKEN_FILE: join(folder, "gone") });
    expect(gone.checks.filter(({ result }) => result === "fail")).toMatchObject([
      { check: "configuration", detail: expect.stringMatching(/^C1_MCP_HTTP_TOKEN_FILE names a file that/) },
    ]);
    expect(gone.of("http_token")).toMatchObject([{ result: "skip", detail: "needs configuration" }]);
  });
});

describe("settings with which http does not start", () => {
  it.each<[Environment, string]>([
    [
      { C1_MCP_OAUTH_ISSUER: "https://login.acme.example" },
      "Set C1_MCP_OAUTH_AUDIENCE too: OAuth needs both the issuer and the audience.",
    ],
    [
      { C1_MCP_HTTP_TOKEN: "canary-token-of-caller", C1_MCP_HOST: "0.0.0.0" },
      "To listen on 0.0.0.0, which other machines can reach, set C1_MCP_ALLOWED_HOSTS.",
    ],
  ])("are reported: %j", async (env, fix) => {
    const line = "fail http: `http` does not start with these settings";
    expect(await look(env)).toContainEqual({ line, fix });
  });

  it("are not judged for a server that a client starts", async () => {
    const env = {
      C1_MCP_OAUTH_ISSUER: `http://${CLOSED}`,
      C1_MCP_OAUTH_AUDIENCE: "x",
      C1_MCP_HTTP_TOKEN_FILE: write("canary-ten"),
    };
    expect(await look(env, { setup: { entry: [] } })).toEqual([]);
  });
});

describe("an OAuth issuer", () => {
  const AUDIENCE = "https://mcp.acme.example/mcp";
  const oauth = (issuer: string) => ({ C1_MCP_OAUTH_ISSUER: issuer, C1_MCP_OAUTH_AUDIENCE: AUDIENCE });

  it("is asked for its keys; what only a token shows is said as such", async () => {
    expect(await linesOf(oauth(sandbox.serverUrl))).toEqual([
      `ok oauth_issuer: the issuer of access tokens, ${sandbox.serverUrl}, publishes 1 key`,
      `skip oauth_issuer: whether it issues tokens for ${AUDIENCE} shows only when a caller brings one`,
    ]);
  });

  it.each<[string, () => string, RegExp]>([
    [
      "that does not listen",
      () => `http://${CLOSED}`,
      /cannot be read: the issuer gives no metadata \(.*ECONNREFUSED/,
    ],
    [
      "with another spelling",
      () => `${sandbox.serverUrl}/`,
      /cannot be read: the issuer gives no metadata \(.*it is the metadata of another issuer/,
    ],
  ])("%s fails", async (_what, issuer, told) => {
    const [found, ...others] = await look(oauth(issuer()));
    expect(found?.line).toMatch(/^fail oauth_issuer: the keys of the issuer of access tokens, http/);
    expect(found?.line).toMatch(told);
    expect(found?.fix).toMatch(/^Write C1_MCP_OAUTH_ISSUER as the issuer's metadata does, with or without/);
    expect(others).toEqual([]);
  });

  it("without a key fails", async () => {
    let issuer = "";
    issuer = await serve((request, response) => {
      const isKeys = request.url === "/keys";
      response.end(JSON.stringify(isKeys ? { keys: [] } : { issuer, jwks_uri: `${issuer}/keys` }));
    });
    expect(await look(oauth(issuer))).toEqual([
      {
        line: `fail oauth_issuer: the issuer of access tokens, ${issuer}, publishes no key`,
        fix: "Have it publish the keys with which it signs access tokens.",
      },
    ]);
  });

  it("that does not answer is waited for no longer than any check may take", async () => {
    let asked = 0;
    const issuer = await serve(() => {
      asked += 1;
    });
    const redactor = createRedactor();
    const env = { ...variablesOf(sandbox), ...oauth(issuer) };
    const configuration = loadConfiguration(env, {}, { sandbox: false, redactor });
    const clock = createFakeClock();
    const { signal } = new AbortController();
    const logger = createLogger("silent", redactor);
    const subject = { env, flags: {}, configuration, tenant: configuration.tenant, command: "doctor" };
    const checking = checkOAuthIssuer({ ...subject, redactor, logger, clock, signal });
    await waitFor(() => expect(asked).toBe(1));
    clock.advance(CHECK_LIMIT_MS);
    expect(await checking).toMatchObject([
      { result: "fail", detail: expect.stringMatching(/cannot be read: no answer in time$/) },
    ]);
  });
});

describe("the page, to which people log in", () => {
  const OAUTH = {
    C1_MCP_OAUTH_ISSUER: `http://${CLOSED}`,
    C1_MCP_OAUTH_AUDIENCE: "https://mcp.acme.example/mcp",
  };
  const ofPage = async (env: Environment) => (await examine({ ...variablesOf(sandbox), ...env })).of("page");

  it.each<Environment>([
    { C1_MCP_WRITES: "confirm" },
    { C1_MCP_WRITES: "allow,create_app=confirm" },
    { C1_MCP_WRITES: "confirm", C1_MCP_TOOLS: "create_app" },
  ])("is missed where writes need consent: %j", async (env) => {
    expect(await ofPage({ ...OAUTH, ...env })).toEqual([
      {
        check: "page",
        result: "warn",
        detail:
          "C1_MCP_PAGE_CLIENT_ID is not set: over HTTP, a write to which a person must agree is declined if their client cannot ask them",
        fix: `Register a client with the redirect URI https://mcp.acme.example/page/login at http://${CLOSED}, and set C1_MCP_PAGE_CLIENT_ID to its id.`,
      },
    ]);
  });

  it.each<Environment>([
    OAUTH,
    { ...OAUTH, C1_MCP_WRITES: "confirm", C1_MCP_PAGE: "off" },
    { ...OAUTH, C1_MCP_WRITES: "confirm", C1_MCP_READ_ONLY: "true" },
    { ...OAUTH, C1_MCP_WRITES: "confirm", C1_MCP_TOOLS: "find_apps" },
    { C1_MCP_HTTP_TOKEN: "canary-token-of-caller", C1_MCP_WRITES: "confirm" },
    { C1_MCP_WRITES: "confirm" },
  ])("is not missed with %j", async (env) => {
    expect(await ofPage(env)).toEqual([]);
  });

  it("names the address to register, which only a login proves", async () => {
    const env = {
      ...OAUTH,
      C1_MCP_PAGE_CLIENT_ID: "c1-page",
      C1_MCP_PUBLIC_URL: "https://c1.acme.example/mcp",
    };
    expect(await ofPage(env)).toEqual([
      {
        check: "page",
        result: "skip",
        detail: `whether http://${CLOSED} knows the client c1-page with the redirect URI https://c1.acme.example/page/login, and gives it the same subjects as access tokens have, shows only when a person logs in`,
      },
    ]);
  });
});

describe("a store that replicas share", () => {
  const PASSWORD = "canary-password-of-store";

  async function open(options: StandInOptions = {}) {
    const store = await startStandIn({ clock: systemClock, ...options });
    ended.push(store.close);
    const env = { C1_MCP_SHARED_URL: store.url, C1_MCP_STATE_KEY: "canary-key".padEnd(32, "k") };
    return { store, env, name: `the store at ${new URL(store.url).host}` };
  }

  it("runs a script, and holds nothing afterwards; what only other replicas show is said as such", async () => {
    const { store, env, name } = await open({ password: PASSWORD });
    expect(await linesOf({ ...env, C1_MCP_SHARED_PASSWORD: PASSWORD })).toEqual([
      `ok shared_store: ${name} runs the server's scripts`,
      "skip shared_store: whether the other replicas have the same C1_MCP_STATE_KEY cannot be seen from here",
    ]);
    expect(store.dump()).toBe("[]");
  });

  it("is examined for a server that a client starts, too", async () => {
    const { env, name } = await open();
    const lines = await look(env, { setup: { entry: [] } });
    expect(lines[0]?.line).toBe(`ok shared_store: ${name} runs the server's scripts`);
  });

  it.each<[string, StandInOptions, Environment, string, RegExp]>([
    [
      "no password",
      { password: PASSWORD },
      {},
      "demands a password (NOAUTH)",
      /^Set C1_MCP_SHARED_PASSWORD,/,
    ],
    [
      "a wrong password",
      { password: PASSWORD },
      { C1_MCP_SHARED_PASSWORD: "canary-other" },
      "refuses the password (WRONGPASS)",
      /^Correct C1_MCP_SHARED_PASSWORD,/,
    ],
    [
      "a password that it does not have",
      {},
      { C1_MCP_SHARED_PASSWORD: PASSWORD },
      "has no password (ERR AUTH)",
      /^Remove C1_MCP_SHARED_PASSWORD,/,
    ],
  ])("fails with %s", async (_what, options, more, told, fix) => {
    const { env, name } = await open(options);
    expect(await look({ ...env, ...more })).toEqual([
      {
        line: `fail shared_store: ${name} ${told}: every create is refused`,
        fix: expect.stringMatching(fix),
      },
    ]);
  });

  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", "takes no writes now (OOM)"],
    ["READONLY You can't write against a read only replica.", "takes no writes now (READONLY)"],
    ["NOPERM this user has no permissions", "does not let the server run its scripts (NOPERM)"],
    ["ERR The user executing the script can't run this", "does not let the server run its scripts (ERR)"],
  ])("fails if it answers %s", async (error, told) => {
    const { store, env, name } = await open();
    store.refuseWrites(error);
    expect(await linesOf(env)).toEqual([`fail shared_store: ${name} ${told}: every create is refused`]);
  });

  it("that cannot be reached is only a warning where processes may go on alone", async () => {
    const env = {
      C1_MCP_SHARED_URL: `redis://${CLOSED}`,
      C1_MCP_STATE_KEY: "canary-key".padEnd(32, "k"),
    };
    const told = `shared_store: the store at ${CLOSED} cannot be used from here (ECONNREFUSED):`;
    const fix = expect.stringMatching(/^Correct C1_MCP_SHARED_URL, or let this machine reach the store;/);
    expect(await look(env)).toEqual([{ line: `fail ${told} every create is refused`, fix }]);
    expect(await look({ ...env, C1_MCP_SHARED_OUTAGE: "alone" })).toEqual([
      { line: `warn ${told} each process guards its writes alone`, fix },
    ]);
  });

  it("is not asked with a password that cannot be read", async () => {
    const { store, env } = await open();
    const file = join(folder, "gone");
    const { of } = await examine({ ...variablesOf(sandbox), ...env, C1_MCP_SHARED_PASSWORD_FILE: file });
    expect(of("shared_store")).toMatchObject([{ result: "skip", detail: "needs configuration" }]);
    expect(store.count()).toBe(0);
  });

  it("is tried with every command that the server's scripts use", () => {
    const commandsOf = (lua: string) => [...lua.matchAll(/redis\.call\('(\w+)'/g)].map(([, name]) => name);
    const all = Object.values(scripts).flatMap(({ lua }) => commandsOf(lua));
    expect(new Set(commandsOf(scripts.TRY.lua))).toEqual(new Set(all));
  });
});
