import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../../../src/config/load.ts";
import { readCaller } from "../../../src/http/claims.ts";
import { findMissingSetting, type MissingReason } from "../../../src/http/find-missing-setting.ts";
import { metadataUrlOf } from "../../../src/http/resource.ts";
import { createStaticTokens } from "../../../src/http/static-tokens.ts";
import { createRedactor } from "../../../src/log/redact.ts";

const ISSUER = "https://login.acme.example";

describe("the name of a caller", () => {
  const nameOf = (sub: string) => readCaller(ISSUER, { sub }).name;

  it.each([
    "jane",
    "jane@acme.example",
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "å ß 漢",
    "client:ci-bot",
    "local",
    "token-1",
  ])("keeps %s as a user's name", (sub) => {
    expect(nameOf(sub)).toBe(`user:${sub}`);
  });

  it.each([
    ["jane\nroot", /^user:jane root#[0-9a-f]{16}$/],
    ["\u202eenaj", /^user:enaj#[0-9a-f]{16}$/],
    ["x".repeat(1000), /^user:x{127}…#[0-9a-f]{16}$/],
    ["jane root#0123456789abcdef", /^user:jane root#0123456789abcdef#[0-9a-f]{16}$/],
  ])("makes %j safe for a log, without becoming another caller's name", (sub, name) => {
    expect(nameOf(sub)).toMatch(name);
    expect(nameOf(sub)).not.toBe(nameOf(`${sub} `));
    // Nor can a caller choose it.
    expect(nameOf(nameOf(sub).slice("user:".length))).not.toBe(nameOf(sub));
  });

  it.each([
    ["a user, through a client", { sub: "jane", client_id: "ci-bot" }, "user:jane"],
    ["a user of a client's name", { sub: "ci-bot", client_id: "console" }, "user:ci-bot"],
    ["a client that is its own subject", { sub: "ci-bot", client_id: "ci-bot" }, "client:ci-bot"],
    ["the same, by azp", { sub: "ci-bot", azp: "ci-bot" }, "client:ci-bot"],
    ["the same, by cid", { sub: "ci-bot", cid: "ci-bot" }, "client:ci-bot"],
    ["no subject", { client_id: "ci-bot" }, "client:ci-bot"],
    ["a blank subject", { sub: " ", client_id: " ", azp: "ci-bot" }, "client:ci-bot"],
    ["an odd client", { client_id: "ci\nbot" }, expect.stringMatching(/^client:ci bot#[0-9a-f]{16}$/)],
  ])("includes the kind of caller: %s", (_what, claims, name) => {
    expect(readCaller(ISSUER, claims).name).toEqual(name);
  });

  it.each([
    {},
    { sub: "" },
    { sub: 7 },
    // A subject that is not a text still counts as one: whoever it is, it is not the client.
    { sub: 7, client_id: "ci-bot" },
    { sub: null, client_id: "ci-bot" },
    { client_id: 7 },
  ])("is missing from %j", (claims) => {
    expect(() => readCaller(ISSUER, claims as never)).toThrow("whom it stands for");
  });
});

describe("what is known of a caller", () => {
  const PERSON = {
    sub: " jane",
    email: "jane@acme.example",
    azp: "console",
    auth_time: 1_795_000_000,
    groups: ["it"],
  };

  it("is kept as the issuer wrote it, for comparison", () => {
    expect(readCaller(ISSUER, PERSON).identity).toEqual({
      kind: "user",
      issuer: ISSUER,
      subject: " jane",
      email: "jane@acme.example",
      clientId: "console",
      authTime: 1_795_000_000,
      claims: PERSON,
    });
    expect(readCaller(ISSUER, { sub: "bot", client_id: "bot" }).identity).toEqual({
      kind: "client",
      issuer: ISSUER,
      clientId: "bot",
      claims: { sub: "bot", client_id: "bot" },
    });
  });

  it.each([
    { email: "jane@acme.example", email_verified: false },
    { email: "jane@acme.example", email_verified: "false" },
    { email: 7 },
    { email: " " },
    { email: ["jane@acme.example"] },
  ])("omits an address that nobody vouches for: %j", (claims) => {
    expect(readCaller(ISSUER, { sub: "jane", ...claims }).identity).not.toHaveProperty("email");
  });

  it.each([
    "1795000000",
    1.5,
    Number.NaN,
    null,
    Number.MAX_SAFE_INTEGER,
  ])("omits an invalid time of login: %j", (auth_time) => {
    expect(readCaller(ISSUER, { sub: "jane", auth_time }).identity).not.toHaveProperty("authTime");
  });

  it("cannot be modified later", () => {
    const { identity } = readCaller(ISSUER, { ...PERSON });
    expect(Object.isFrozen(identity?.kind === "user" && identity.claims)).toBe(true);
  });
});

it.each([
  [{ scope: "c1:read  c1:write" }, ["c1:read", "c1:write"]],
  [{ scp: ["c1:read", 7] }, ["c1:read"]],
  [{ scope: "c1:read", scp: "c1:write" }, ["c1:read", "c1:write"]],
  [{ scope: { "c1:write": true } }, []],
  [{}, []],
])("scopes in %j are %j", (claims, scopes) => {
  expect(readCaller(ISSUER, { sub: "jane", ...claims }).scopes).toEqual(scopes);
});

describe("several static tokens", () => {
  const [first, second] = ["the-first-token-of-all", "the-second-token-of-all"];

  it("are named by position, whatever separates them", async () => {
    const tokens = createStaticTokens(async () => `${first},\n ${second}\r\n`, createRedactor());
    expect([await tokens.find(first), await tokens.find(second)]).toEqual(["token-1", "token-2"]);
    for (const wrong of [`${first},${second}`, first.slice(1), "", ","]) {
      expect(await tokens.find(wrong)).toBeUndefined();
    }
  });

  it("are named by the word in front of them, and the others by position", async () => {
    const third = "the-third-token-of-all";
    const text = `ci-bot ${first}\n${second}\r\n, ci-bot\t${third} ,`;
    const tokens = createStaticTokens(async () => text, createRedactor());
    expect(await tokens.check()).toBeUndefined();
    expect(await Promise.all([first, second, third].map(tokens.find))).toEqual([
      "ci-bot",
      "token-2",
      "ci-bot",
    ]);
    for (const wrong of ["ci-bot", `ci-bot ${first}`]) expect(await tokens.find(wrong)).toBeUndefined();
  });

  it("keep their names while one replaces another", async () => {
    let text = `ci-bot ${first}`;
    const tokens = createStaticTokens(async () => text, createRedactor());
    for (const then of [`ci-bot ${first}\nci-bot ${second}`, `ci-bot ${second}`]) {
      text = then;
      expect(await tokens.find(second)).toBe("ci-bot");
    }
    expect(await tokens.find(first)).toBeUndefined();
  });

  it.each([
    `user:jane ${first}`,
    `token-9 ${first}`,
    `local ${first}`,
    `bearer ${first}`,
    `Bot ${first}`,
    `${first} ${first}`,
    `a b ${first}`,
  ])("admit nobody if %j is in their file, which is told without showing it", async (line) => {
    const tokens = createStaticTokens(async () => `${line}\n${second}`, createRedactor());
    expect([await tokens.find(first), await tokens.find(second)]).toEqual([undefined, "token-2"]);
    const problem = (await tokens.check()) ?? "";
    expect(problem).toMatch(/^C1_MCP_HTTP_TOKEN (?:has .* token 1 |must hold tokens alone)/);
    expect(problem).not.toMatch(/jane|token-9|Bot|the-first/);
  });

  it.each([
    [`ci-bot ${first}\ndeployer ${first}`, "ci-bot", 2],
    [`${first},${second},${first}`, "token-1", 3],
    [`${second}\nci-bot ${first},${first}`, "ci-bot", 3],
  ])("are called by one name only, and a second one is told: %j", async (text, holder, number) => {
    const tokens = createStaticTokens(async () => text, createRedactor());
    expect(await tokens.find(first)).toBe(holder);
    expect(await tokens.check()).toBe(
      `C1_MCP_HTTP_TOKEN holds one token under two names: token ${number} repeats an earlier one.`,
    );
  });

  it("may be repeated under the same name", async () => {
    const tokens = createStaticTokens(async () => `ci-bot ${first}\nci-bot ${first}`, createRedactor());
    expect(await tokens.find(first)).toBe("ci-bot");
    expect(await tokens.check()).toBeUndefined();
  });

  it("follow their file: a new one is accepted, a removed one refused", async () => {
    let text = first;
    const tokens = createStaticTokens(async () => text, createRedactor());
    expect(await tokens.find(second)).toBeUndefined();
    text = `${second},${first}`;
    expect([await tokens.find(first), await tokens.find(second)]).toEqual(["token-2", "token-1"]);
    text = second;
    expect([await tokens.find(first), await tokens.find(second)]).toEqual([undefined, "token-1"]);
  });

  it("that are too short admit nobody, and do not rename the others", async () => {
    const tokens = createStaticTokens(async () => `short,${second}`, createRedactor());
    expect([await tokens.find("short"), await tokens.find(second)]).toEqual([undefined, "token-2"]);
    expect(await tokens.check()).toMatch("16 characters");
  });

  it("are all masked while they are valid", async () => {
    const redactor = createRedactor();
    let text = `${first},${second}`;
    const tokens = createStaticTokens(async () => text, redactor);
    await tokens.find("x");
    expect(redactor.redact(`${first} and ${second}`)).toBe("*** and ***");
    text = second;
    await tokens.find("x");
    expect(redactor.redact(`${first} and ${second}`)).toBe(`${first} and ***`);
  });
});

describe("configurations that must not be served", () => {
  const refusal = (
    env: Record<string, string>,
    { sandbox = false, hasTokens = false, hasEmaKey = false } = {},
  ) => {
    const { settings } = loadConfiguration(env, {}, { sandbox: true, redactor: createRedactor() });
    return findMissingSetting({ settings, sandbox, hasTokens, hasEmaKey });
  };
  const HOSTS = { C1_MCP_ALLOWED_HOSTS: "mcp.acme.example" };
  const OAUTH = {
    C1_MCP_OAUTH_ISSUER: "https://login.acme.example",
    C1_MCP_OAUTH_AUDIENCE: "https://mcp.acme.example/mcp",
  };
  const AUTH =
    "C1_MCP_HTTP_TOKEN (or C1_MCP_HTTP_TOKEN_FILE), or C1_MCP_OAUTH_ISSUER and C1_MCP_OAUTH_AUDIENCE, or C1_MCP_EMA_ISSUER";

  it.each<[Record<string, string>, { sandbox?: boolean; hasTokens?: boolean }, string | undefined]>([
    [{}, {}, `Set ${AUTH}: without one of these any local process could write to the tenant.`],
    [{}, { sandbox: true }, undefined],
    [{}, { hasTokens: true }, undefined],
    [OAUTH, {}, undefined],
    [
      { C1_MCP_HOST: "0.0.0.0" },
      { sandbox: true },
      `To listen on 0.0.0.0, which other machines can reach, set ${AUTH}, and C1_MCP_ALLOWED_HOSTS.`,
    ],
    [
      { C1_MCP_HOST: "::" },
      { hasTokens: true },
      "To listen on ::, which other machines can reach, set C1_MCP_ALLOWED_HOSTS.",
    ],
    [
      { C1_MCP_HOST: "10.0.0.7", ...HOSTS },
      {},
      `To listen on 10.0.0.7, which other machines can reach, set ${AUTH}.`,
    ],
    [{ C1_MCP_HOST: "0.0.0.0", ...HOSTS }, { hasTokens: true }, undefined],
    [{ C1_MCP_HOST: "mcp.acme.example", ...HOSTS, ...OAUTH }, {}, undefined],
    [{ C1_MCP_HOST: "127.0.0.2" }, { hasTokens: true }, undefined],
    [
      { C1_MCP_OAUTH_ISSUER: "https://login.acme.example" },
      { hasTokens: true },
      "Set C1_MCP_OAUTH_AUDIENCE too: OAuth needs both the issuer and the audience.",
    ],
    [
      { ...OAUTH, C1_MCP_OAUTH_AUDIENCE: "api://c1" },
      {},
      "Set C1_MCP_PUBLIC_URL to the address callers use: C1_MCP_OAUTH_AUDIENCE is not an address.",
    ],
    [
      { ...OAUTH, C1_MCP_OAUTH_AUDIENCE: "api://c1", C1_MCP_PUBLIC_URL: "https://mcp.acme.example/mcp" },
      {},
      undefined,
    ],
  ])("%j %j", (env, options, expected) => {
    expect(refusal(env, options)?.message).toBe(expected);
  });

  const EMA = { C1_MCP_EMA_ISSUER: "https://acme.conductor.one", C1_MCP_EMA_CLIENTS_FILE: "clients.json" };
  const ADDRESS = { C1_MCP_PUBLIC_URL: "https://mcp.acme.example/mcp" };

  it.each<[Record<string, string>, { sandbox?: boolean; hasEmaKey?: boolean }, string | undefined]>([
    [{ ...EMA, ...ADDRESS }, { hasEmaKey: true }, undefined],
    [{ ...EMA, ...OAUTH }, { hasEmaKey: true }, undefined],
    [
      EMA,
      { hasEmaKey: true },
      "Set C1_MCP_PUBLIC_URL to the address callers use: C1_MCP_EMA_ISSUER needs it.",
    ],
    [
      { ...EMA, ...ADDRESS },
      {},
      "Set C1_MCP_EMA_KEY (or C1_MCP_EMA_KEY_FILE) too: enterprise-managed authorization needs an issuer, clients and a key.",
    ],
    [
      { C1_MCP_EMA_ISSUER: EMA.C1_MCP_EMA_ISSUER, ...ADDRESS },
      {},
      "Set C1_MCP_EMA_CLIENTS_FILE and C1_MCP_EMA_KEY (or C1_MCP_EMA_KEY_FILE) too: enterprise-managed authorization needs an issuer, clients and a key.",
    ],
    [
      {},
      { sandbox: true, hasEmaKey: true },
      "Set C1_MCP_EMA_ISSUER and C1_MCP_EMA_CLIENTS_FILE too: enterprise-managed authorization needs an issuer, clients and a key.",
    ],
    [{ C1_MCP_EMA_ISSUER: "http://127.0.0.1:8400" }, { sandbox: true }, undefined],
  ])("%j %j, with enterprise-managed authorization", (env, options, expected) => {
    expect(refusal(env, options)?.message).toBe(expected);
  });

  it.each<[MissingReason, Record<string, string>]>([
    ["part_of_ema", EMA],
    ["no_authentication", {}],
    ["half_of_oauth", { C1_MCP_OAUTH_ISSUER: "https://login.acme.example" }],
    ["exposed", { C1_MCP_HOST: "0.0.0.0" }],
    ["no_public_url", { ...OAUTH, C1_MCP_OAUTH_AUDIENCE: "api://c1" }],
  ])("%s", (reason, env) => {
    expect(refusal(env)?.reason).toBe(reason);
  });
});

it.each([
  ["https://mcp.acme.example/mcp", "https://mcp.acme.example/.well-known/oauth-protected-resource/mcp"],
  ["https://mcp.acme.example", "https://mcp.acme.example/.well-known/oauth-protected-resource"],
  [
    "https://acme.example:8443/c1/mcp",
    "https://acme.example:8443/.well-known/oauth-protected-resource/c1/mcp",
  ],
])("the metadata URL of %s is %s", (resource, url) => {
  expect(metadataUrlOf(resource)).toBe(url);
});
