import { z } from "zod/v3";
import { LOG_LEVELS } from "../log/logger.ts";
import { choice } from "./choice.ts";
import { HTTP_SETTINGS } from "./http-settings.ts";
import { appendableFile, existingFolder } from "./paths.ts";
import { SHARED_SETTINGS } from "./shared-settings.ts";
import { toolList, writeModes } from "./tool-switches.ts";

/** One setting: its source, and how its text is parsed. src/config/setting-help.ts says what it means. */
export interface Setting {
  readonly env: string;
  /** Command-line flag without the dashes. Secrets never have one: argument lists are visible to every process. */
  readonly flag?: string;
  /** A secret may also come from a file named by `<env>_FILE`, and is never shown. */
  readonly secret?: true;
  /** As text, for the documentation. The schema holds the value that applies. */
  readonly default?: string;
  readonly schema: z.ZodTypeAny;
}

const text = z.string().optional();

const milliseconds = z.coerce
  .number({ invalid_type_error: "must be a whole number of milliseconds" })
  .int("must be a whole number of milliseconds")
  .min(100, "must be at least 100")
  .max(600_000, "must be at most 600000");

/**
 * Every setting of the server. The table of docs/configuration.md, `help environment` and the typo hints are generated from this
 * and from src/config/setting-help.ts.
 */
export const SETTINGS = {
  accessToken: {
    env: "CONDUCTORONE_ACCESS_TOKEN",
    secret: true,
    schema: text,
  },
  oidcToken: {
    env: "CONDUCTORONE_OIDC_TOKEN",
    secret: true,
    schema: text,
  },
  clientId: {
    env: "CONDUCTORONE_CLIENT_ID",
    schema: text,
  },
  clientSecret: {
    env: "CONDUCTORONE_CLIENT_SECRET",
    secret: true,
    schema: text,
  },
  serverUrl: {
    env: "CONDUCTORONE_SERVER_URL",
    schema: text,
  },
  tenantDomain: {
    env: "CONDUCTORONE_TENANT_DOMAIN",
    schema: text,
  },
  logLevel: {
    env: "C1_MCP_LOG_LEVEL",
    default: "info",
    schema: choice(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
  },
  timeoutMs: {
    env: "C1_MCP_TIMEOUT_MS",
    default: "45000",
    schema: milliseconds.default(45_000),
  },
  auditFile: {
    env: "C1_MCP_AUDIT_FILE",
    schema: appendableFile.optional(),
  },
  writes: {
    env: "C1_MCP_WRITES",
    default: "allow",
    schema: writeModes.default("allow"),
  },
  readOnly: {
    env: "C1_MCP_READ_ONLY",
    default: "false",
    schema: choice(["true", "false", "1", "0"], "must be true or false")
      .default("false")
      .transform((text) => text === "true" || text === "1"),
  },
  tools: {
    env: "C1_MCP_TOOLS",
    schema: toolList.optional(),
  },
  inlineSecrets: {
    env: "C1_MCP_INLINE_SECRETS",
    default: "refuse",
    schema: choice(["refuse", "allow"], "must be refuse or allow").default("refuse"),
  },
  page: {
    env: "C1_MCP_PAGE",
    default: "auto",
    schema: choice(["auto", "off"], "must be auto or off").default("auto"),
  },
  secretsDir: {
    env: "C1_MCP_SECRETS_DIR",
    schema: existingFolder.optional(),
  },
  stateKey: {
    env: "C1_MCP_STATE_KEY",
    secret: true,
    schema: z.string().min(32, "must have at least 32 characters").optional(),
  },
  ...SHARED_SETTINGS,
  ...HTTP_SETTINGS,
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;

/** The schema of the whole configuration: takes text from the environment and returns typed settings. */
export const settingsSchema = z.object(
  Object.fromEntries(Object.entries(SETTINGS).map(([key, setting]) => [key, setting.schema])) as {
    [Key in SettingKey]: (typeof SETTINGS)[Key]["schema"];
  },
);

export type Settings = z.infer<typeof settingsSchema>;
