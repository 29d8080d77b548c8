import { expect, it } from "vitest";
import { describeProblems, loadConfiguration } from "../../../src/config/load.ts";
import { createRedactor } from "../../../src/log/redact.ts";

const load = (env: Record<string, string>) =>
  loadConfiguration(env, {}, { sandbox: true, redactor: createRedactor() });

const ADDRESS = "must be an https address (http on loopback only), without query or user name";
const HOST = "must be a host alone, such as 127.0.0.1 or ::1, without scheme and port";
const HOSTS = "must be host names, such as mcp.acme.example";
const ORIGINS = "must be origins, such as https://console.acme.example";

const notName = (number: number) =>
  `has more in front of token ${number} than a name, which is at most 15 of a-z, 0-9 and inner hyphens`;
const taken = (number: number) =>
  `has a name in front of token ${number} that means another caller: token-N and local are taken`;

it.each([
  ["C1_MCP_HTTP_TOKEN", "a-token-of-enough-length,too-short", "must have at least 16 characters"],
  ["C1_MCP_HTTP_TOKEN", ",", "holds no token"],
  ["C1_MCP_HTTP_TOKEN", "Bearer a-token-of-enough-length", "must hold tokens alone, without the word Bearer"],
  ["C1_MCP_HTTP_TOKEN", '"a-token-of-enough-length"', "stands in quotation marks, which became part of it"],
  ["C1_MCP_HTTP_TOKEN", "bearer a-token-of-enough-length", "must hold tokens alone, without the word Bearer"],
  ["C1_MCP_HTTP_TOKEN", "ci-bot too-short", "must have at least 16 characters"],
  ["C1_MCP_HTTP_TOKEN", "ci-bot a-token-of-enough-length,CI a-token-of-enough-length", notName(2)],
  ["C1_MCP_HTTP_TOKEN", "a-token-of-enough-length another-of-enough-length", notName(1)],
  ["C1_MCP_HTTP_TOKEN", "ci bot a-token-of-enough-length", notName(1)],
  ["C1_MCP_HTTP_TOKEN", "user:jane a-token-of-enough-length", notName(1)],
  ["C1_MCP_HTTP_TOKEN", "-ci a-token-of-enough-length", notName(1)],
  ["C1_MCP_HTTP_TOKEN", "sixteen-letters- a-token-of-enough-length", notName(1)],
  ["C1_MCP_HTTP_TOKEN", "token-2 a-token-of-enough-length", taken(1)],
  ["C1_MCP_HTTP_TOKEN", "local a-token-of-enough-length", taken(1)],
  ["C1_MCP_HOST", "http://localhost:9000", HOST],
  ["C1_MCP_HOST", "localhost:9000", HOST],
  ["C1_MCP_HOST", "[::1]", HOST],
  ["C1_MCP_OAUTH_ISSUER", "http://login.acme.example", ADDRESS],
  ["C1_MCP_OAUTH_ISSUER", "https://login.acme.example/?x=1", ADDRESS],
  ["C1_MCP_OAUTH_ISSUER", "https://me:you@login.acme.example", ADDRESS],
  ["C1_MCP_PUBLIC_URL", "mcp.acme.example", ADDRESS],
  ["C1_MCP_ALLOWED_HOSTS", "mcp.acme.example,https://mcp.acme.example", HOSTS],
  ["C1_MCP_ALLOWED_HOSTS", "*", HOSTS],
  ["C1_MCP_ALLOWED_HOSTS", "mcp.acme.example:port", HOSTS],
  ["C1_MCP_ALLOWED_ORIGINS", "null", ORIGINS],
  ["C1_MCP_ALLOWED_ORIGINS", "https://console.acme.example/path", ORIGINS],
  ["C1_MCP_RATE_LIMIT", "-1", "must be between 0 and 1000000"],
  ["C1_MCP_MAX_CONCURRENT", "0", "must be between 1 and 10000"],
  ["C1_MCP_ADMIN_PORT", "metrics", "must be a port number"],
  ["C1_MCP_DRAIN_MS", "1s", "must be a whole number of milliseconds"],
])("%s=%s is refused", (name, value, problem) => {
  const { problems } = load({ [name]: value });
  expect(describeProblems(problems)).toBe(`- ${name} ${problem}`);
});

it("lists may use any case, commas or line breaks", () => {
  const { settings, problems } = load({
    C1_MCP_ALLOWED_HOSTS: "MCP.acme.example, mcp.acme.example:8443\n[::1]",
    C1_MCP_ALLOWED_ORIGINS: "https://Console.acme.example/,https://a.example:443 http://b.example:81",
    C1_MCP_HTTP_TOKEN: "the-first-token-of-all,\nthe-second-token-of-all",
  });
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({
    allowedHosts: ["mcp.acme.example", "mcp.acme.example:8443", "[::1]"],
    allowedOrigins: ["https://console.acme.example", "https://a.example", "http://b.example:81"],
    rateLimit: 1200,
    maxConcurrent: 32,
  });
  expect(settings.adminPort).toBeUndefined();
});

it.each([
  "localhost",
  "0.0.0.0",
  "::",
  "::1",
  "fe80::1%eth0",
  "mcp.acme.example",
])("it can listen on %s", (host) => {
  expect(load({ C1_MCP_HOST: host })).toMatchObject({ problems: [], settings: { host } });
});

it("an issuer is kept as written, because it is compared exactly", () => {
  const issuer = "https://login.acme.example/tenant/";
  expect(load({ C1_MCP_OAUTH_ISSUER: issuer }).settings.oauthIssuer).toBe(issuer);
});
