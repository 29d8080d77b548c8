import { z } from "zod/v3";
import { isLoopback } from "../loopback.ts";
import { findTokensFault } from "./http-tokens.ts";
import { path } from "./paths.ts";
import type { ValueFault } from "./problem.ts";

/** Minimum length of the keys that seal access tokens. */
export const MIN_KEY_LENGTH = 32;

const HOST_NAME = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)(?::\d{1,5})?$/;

const ORIGIN = /^https?:\/\/[^/?#@\s]+$/;

const split = (text: string): string[] => text.split(/[,\s]+/).filter(Boolean);

/** Splits a text into keys. Several may be valid at once, so that one can replace another without a gap. */
export const splitKeys = split;

const tokens = z.string().superRefine((text, context) => {
  const message = findTokensFault(text);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

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

/** A name or an address, IPv6 without brackets. */
const listeningHost = z
  .string()
  .refine(
    (text) => !/[/\s@[\]]|^[^:]*:\d*$/.test(text),
    "must be a host alone, such as 127.0.0.1 or ::1, without scheme and port",
  );

const port = whole("a port number", 0, 65_535);

/** Settings that only `http` reads. */
export const HTTP_SETTINGS = {
  host: {
    env: "C1_MCP_HOST",
    flag: "host",
    default: "127.0.0.1",
    schema: listeningHost.default("127.0.0.1"),
  },
  port: {
    env: "C1_MCP_PORT",
    flag: "port",
    default: "8321",
    schema: port.default(8321),
  },
  httpToken: {
    env: "C1_MCP_HTTP_TOKEN",
    secret: true,
    schema: tokens.optional(),
  },
  oauthIssuer: {
    env: "C1_MCP_OAUTH_ISSUER",
    schema: address.optional(),
  },
  oauthAudience: {
    env: "C1_MCP_OAUTH_AUDIENCE",
    schema: z.string().optional(),
  },
  emaIssuer: {
    env: "C1_MCP_EMA_ISSUER",
    schema: address.optional(),
  },
  emaClientsFile: {
    env: "C1_MCP_EMA_CLIENTS_FILE",
    schema: path.optional(),
  },
  emaKey: {
    env: "C1_MCP_EMA_KEY",
    secret: true,
    schema: keys.optional(),
  },
  pageClientId: {
    env: "C1_MCP_PAGE_CLIENT_ID",
    schema: z.string().optional(),
  },
  pageClientSecret: {
    env: "C1_MCP_PAGE_CLIENT_SECRET",
    secret: true,
    schema: z.string().min(8, "must have at least 8 characters").optional(),
  },
  publicUrl: {
    env: "C1_MCP_PUBLIC_URL",
    schema: address.optional(),
  },
  allowedHosts: {
    env: "C1_MCP_ALLOWED_HOSTS",
    schema: hosts.optional(),
  },
  allowedOrigins: {
    env: "C1_MCP_ALLOWED_ORIGINS",
    schema: origins.optional(),
  },
  credentialsFile: {
    env: "C1_MCP_CREDENTIALS_FILE",
    schema: path.optional(),
  },
  rateLimit: {
    env: "C1_MCP_RATE_LIMIT",
    default: "1200",
    schema: whole("a whole number of requests a minute", 0, 1_000_000).default(1200),
  },
  maxConcurrent: {
    env: "C1_MCP_MAX_CONCURRENT",
    default: "32",
    schema: whole("a whole number of requests", 1, 10_000).default(32),
  },
  adminPort: {
    env: "C1_MCP_ADMIN_PORT",
    schema: port.optional(),
  },
  adminHost: {
    env: "C1_MCP_ADMIN_HOST",
    default: "127.0.0.1",
    schema: listeningHost.default("127.0.0.1"),
  },
  shutdownDelayMs: {
    env: "C1_MCP_SHUTDOWN_DELAY_MS",
    default: "0",
    schema: whole("a whole number of milliseconds", 0, 600_000).default(0),
  },
  drainMs: {
    env: "C1_MCP_DRAIN_MS",
    default: "10000",
    schema: whole("a whole number of milliseconds", 0, 600_000).default(10_000),
  },
} as const;
