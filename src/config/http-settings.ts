import { z } from "zod/v3";
import { isLoopback } from "./loopback.ts";
import { path } from "./paths.ts";
import type { ValueFault } from "./problem.ts";

/** Shorter tokens could be guessed over a local network. */
export const MIN_TOKEN_LENGTH = 16;

/** Minimum length of the keys that seal access tokens. */
export const MIN_KEY_LENGTH = 32;

const HOST_NAME = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)(?::\d{1,5})?$/;

const ORIGIN = /^https?:\/\/[^/?#@\s]+$/;

const split = (text: string): string[] => text.split(/[,\s]+/).filter(Boolean);

/** Splits a text into tokens. Several may be valid at once, so that one can replace another without a gap. */
export const splitTokens = split;

const tokens = z
  .string()
  .refine((text) => split(text).length > 0, "holds no token")
  .refine(
    (text) => split(text).every((token) => token.length >= MIN_TOKEN_LENGTH),
    `must have at least ${MIN_TOKEN_LENGTH} characters`,
  );

const keys = z
  .string()
  .refine((text) => split(text).length > 0, "holds no key")
  .refine(
    (text) => split(text).every((key) => key.length >= MIN_KEY_LENGTH),
    `must have at least ${MIN_KEY_LENGTH} characters`,
  );

const hosts = z.string().transform((text, context): readonly string[] => {
  const names = split(text).map((name) => name.toLowerCase());
  if (names.every((name) => HOST_NAME.test(name) && URL.canParse(`http://${name}`))) return names;
  context.addIssue({ code: "custom", message: "must be host names, such as mcp.acme.example" });
  return [];
});

const origins = z.string().transform((text, context): readonly string[] => {
  const given = split(text).map((origin) => origin.toLowerCase().replace(/\/$/, ""));
  if (given.every((origin) => ORIGIN.test(origin) && URL.canParse(origin))) {
    return given.map((origin) => new URL(origin).origin);
  }
  context.addIssue({ code: "custom", message: "must be origins, such as https://console.acme.example" });
  return [];
});

const UNSUITABLE_ADDRESS: ValueFault = {
  code: "unsuitable_address",
  fix: (setting) =>
    `Set ${setting} to scheme, host and at most a path, such as https://login.example.com/tenant.`,
};

/** https, or http on loopback, with at most a path after the host. Kept as written, because issuers are compared exactly. */
const address = z.string().refine(isSuitableAddress, {
  message: "must be an https address (http on loopback only), without query or user name",
  params: UNSUITABLE_ADDRESS,
});

function isSuitableAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const secure = protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  return secure && `${username}${password}${search}${hash}` === "";
}

const whole = (name: string, min: number, max: number) =>
  z.coerce
    .number({ invalid_type_error: `must be ${name}` })
    .int(`must be ${name}`)
    .min(min, `must be between ${min} and ${max}`)
    .max(max, `must be between ${min} and ${max}`);

const port = whole("a port number", 0, 65_535);

/** Settings that only `http` reads. */
export const HTTP_SETTINGS = {
  host: {
    env: "C1_MCP_HOST",
    flag: "host",
    default: "127.0.0.1",
    help: "Address that `http` listens on. Any but a loopback address needs inbound authentication and `C1_MCP_ALLOWED_HOSTS`.",
    schema: z.string().default("127.0.0.1"),
  },
  port: {
    env: "C1_MCP_PORT",
    flag: "port",
    default: "8321",
    help: "Port that `http` listens on; 0 picks a free one.",
    schema: port.default(8321),
  },
  httpToken: {
    env: "C1_MCP_HTTP_TOKEN",
    secret: true,
    help: "Bearer tokens that callers of `http` may send, separated by commas or line breaks; at least 16 characters each. `http` needs these or OAuth, unless `--sandbox`.",
    schema: tokens.optional(),
  },
  oauthIssuer: {
    env: "C1_MCP_OAUTH_ISSUER",
    help: "Issuer of the authorization server whose access tokens `http` accepts, compared exactly. Scopes: `c1:read`, and `c1:write` for all tools that write or, for example, `c1:create_app` for one.",
    schema: address.optional(),
  },
  oauthAudience: {
    env: "C1_MCP_OAUTH_AUDIENCE",
    help: "Audience that those tokens must name; preferably the address that callers use, such as `https://mcp.acme.example/mcp`.",
    schema: z.string().optional(),
  },
  emaIssuer: {
    env: "C1_MCP_EMA_ISSUER",
    help: "Issuer whose identity assertions (ID-JAG) `http` exchanges for its own access tokens, compared exactly: a C1 tenant such as `https://acme.conductor.one`, or another one. Needs `C1_MCP_EMA_CLIENTS_FILE` and `C1_MCP_EMA_KEY`. Default: none.",
    schema: address.optional(),
  },
  emaClientsFile: {
    env: "C1_MCP_EMA_CLIENTS_FILE",
    help: "File of the clients that may exchange them; `deploy/README.md` shows its form. Read again when it changes.",
    schema: path.optional(),
  },
  emaKey: {
    env: "C1_MCP_EMA_KEY",
    secret: true,
    help: "Keys of those access tokens, separated by commas or line breaks; at least 32 characters each, the same on all replicas. The first key seals tokens, and all of them open tokens.",
    schema: keys.optional(),
  },
  pageClientId: {
    env: "C1_MCP_PAGE_CLIENT_ID",
    help: "Client id with which the page of `http` logs people in at `C1_MCP_OAUTH_ISSUER`, by code and PKCE; its redirect URI is the public address with `/page/login` in place of `/mcp`. The issuer must use the same subject for a person as in access tokens. Default: no page over HTTP.",
    schema: z.string().optional(),
  },
  pageClientSecret: {
    env: "C1_MCP_PAGE_CLIENT_SECRET",
    secret: true,
    help: "Secret of that client. Default: a public client.",
    schema: z.string().min(8, "must have at least 8 characters").optional(),
  },
  publicUrl: {
    env: "C1_MCP_PUBLIC_URL",
    help: "Address that callers use, announced to OAuth clients. Default: the audience, which must then be an address.",
    schema: address.optional(),
  },
  allowedHosts: {
    env: "C1_MCP_ALLOWED_HOSTS",
    help: "Host names by which callers may address `http`, separated by commas; with a port if only that port is allowed. Loopback names are allowed only while it listens on loopback.",
    schema: hosts.optional(),
  },
  allowedOrigins: {
    env: "C1_MCP_ALLOWED_ORIGINS",
    help: "Origins of web pages that may call `http`, such as `https://console.acme.example`. Callers other than browsers send none.",
    schema: origins.optional(),
  },
  credentialsFile: {
    env: "C1_MCP_CREDENTIALS_FILE",
    help: "File that maps callers of `http` to C1 credentials, instead of one credential for all; `deploy/README.md` shows an example. Read again when it changes.",
    schema: path.optional(),
  },
  rateLimit: {
    env: "C1_MCP_RATE_LIMIT",
    default: "1200",
    help: "Requests per minute of one caller of `http`, a sixth of them at once; a large request counts once per 64 KiB. 0 for no limit.",
    schema: whole("a whole number of requests a minute", 0, 1_000_000).default(1200),
  },
  maxConcurrent: {
    env: "C1_MCP_MAX_CONCURRENT",
    default: "32",
    help: "Concurrent requests of one caller of `http`.",
    schema: whole("a whole number of requests", 1, 10_000).default(32),
  },
  adminPort: {
    env: "C1_MCP_ADMIN_PORT",
    help: "Port of `/metrics` for Prometheus. Default: no metrics.",
    schema: port.optional(),
  },
  adminHost: {
    env: "C1_MCP_ADMIN_HOST",
    default: "127.0.0.1",
    help: "Address of that port, which requires no authentication.",
    schema: z.string().default("127.0.0.1"),
  },
  shutdownDelayMs: {
    env: "C1_MCP_SHUTDOWN_DELAY_MS",
    default: "0",
    help: "How long `http` continues to accept requests after SIGTERM while `/readyz` says 503, in milliseconds: the time that a load balancer needs to notice.",
    schema: whole("a whole number of milliseconds", 0, 600_000).default(0),
  },
  drainMs: {
    env: "C1_MCP_DRAIN_MS",
    default: "10000",
    help: "How long running calls of `http` may then take to finish, in milliseconds.",
    schema: whole("a whole number of milliseconds", 0, 600_000).default(10_000),
  },
} as const;
