import { z } from "zod/v3";
import { LOG_LEVELS } from "../log/logger.ts";
import { choice } from "./choice.ts";
import { HTTP_SETTINGS } from "./http-settings.ts";
import { appendableFile, existingFolder } from "./paths.ts";
import { toolList, writeModes } from "./policy.ts";
import { SHARED_SETTINGS } from "./shared-settings.ts";

/** One setting: its source, its meaning, and how its text is parsed. */
export interface Setting {
  readonly env: string;
  /** Command-line flag without the dashes. Secrets never have one: argument lists are visible to every process. */
  readonly flag?: string;
  /** A secret may also come from a file named by `<env>_FILE`, and is never shown. */
  readonly secret?: true;
  /** As text, for the documentation. The schema holds the value that applies. */
  readonly default?: string;
  readonly help: string;
  readonly schema: z.ZodTypeAny;
}

const text = z.string().optional();

const milliseconds = z.coerce
  .number({ invalid_type_error: "must be a whole number of milliseconds" })
  .int("must be a whole number of milliseconds")
  .min(100, "must be at least 100")
  .max(600_000, "must be at most 600000");

/**
 * Every setting of the server. The table of docs/configuration.md, `help environment` and the typo hints are generated from this.
 */
export const SETTINGS = {
  accessToken: {
    env: "CONDUCTORONE_ACCESS_TOKEN",
    secret: true,
    help: "A bearer token. Takes precedence over the other credentials; also needs a server URL or tenant domain.",
    schema: text,
  },
  oidcToken: {
    env: "CONDUCTORONE_OIDC_TOKEN",
    secret: true,
    help: "A JWT of your identity provider, exchanged for a C1 token; needs `CONDUCTORONE_CLIENT_ID` of a workload federation trust (`…/wfe`).",
    schema: text,
  },
  clientId: {
    env: "CONDUCTORONE_CLIENT_ID",
    help: "Client id of the credential, `name@tenant-host/suffix`. Its host is the tenant unless one is set below.",
    schema: text,
  },
  clientSecret: {
    env: "CONDUCTORONE_CLIENT_SECRET",
    secret: true,
    help: "Client secret, `secret-token:conductorone.com:v1:…`.",
    schema: text,
  },
  serverUrl: {
    env: "CONDUCTORONE_SERVER_URL",
    help: "Address of the tenant, such as `https://acme.conductor.one`, or its host alone. https, or http on a loopback address.",
    schema: text,
  },
  tenantDomain: {
    env: "CONDUCTORONE_TENANT_DOMAIN",
    help: "Full host of the tenant, such as `acme.conductor.one` or `acme.c1eu.ai`. A bare word is refused.",
    schema: text,
  },
  logLevel: {
    env: "C1_MCP_LOG_LEVEL",
    default: "info",
    help: `${LOG_LEVELS.map((level) => `\`${level}\``).join(", ")}. Audit records are written at every level.`,
    schema: choice(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
  },
  timeoutMs: {
    env: "C1_MCP_TIMEOUT_MS",
    default: "45000",
    help: "Total time that the C1 requests of one tool call may take, in milliseconds.",
    schema: milliseconds.default(45_000),
  },
  auditFile: {
    env: "C1_MCP_AUDIT_FILE",
    help: "File for audit records, one JSON object per line, in addition to stderr. A regular file in an existing folder; a write that it cannot record is not sent.",
    schema: appendableFile.optional(),
  },
  writes: {
    env: "C1_MCP_WRITES",
    default: "allow",
    help: "`allow`, `confirm` (a person must agree to each write) or `block`, for all writes or per tool: `confirm,create_app=block`. Do not rely on the client to ask: many approve calls by themselves, and `confirm` is for those.",
    schema: writeModes.default("allow"),
  },
  readOnly: {
    env: "C1_MCP_READ_ONLY",
    default: "false",
    help: "`true` hides every tool that changes something.",
    schema: choice(["true", "false", "1", "0"], "must be true or false")
      .default("false")
      .transform((text) => text === "true" || text === "1"),
  },
  tools: {
    env: "C1_MCP_TOOLS",
    help: "The tools to offer, separated by commas. Default: all.",
    schema: toolList.optional(),
  },
  inlineSecrets: {
    env: "C1_MCP_INLINE_SECRETS",
    default: "refuse",
    help: "`allow` lets callers put literal secrets into a connector's `config`; `refuse` accepts only references to those below.",
    schema: choice(["refuse", "allow"], "must be refuse or allow").default("refuse"),
  },
  page: {
    env: "C1_MCP_PAGE",
    default: "auto",
    help: "`auto`: a person types secrets on a page of this server, and agrees there if the client cannot ask; on a loopback port over stdio, behind a login over HTTP. `off`: never.",
    schema: choice(["auto", "off"], "must be auto or off").default("auto"),
  },
  secretsDir: {
    env: "C1_MCP_SECRETS_DIR",
    help: 'Folder of secrets that callers refer to by `{"secretRef": NAME}`: one file per secret, named like it and read each time. The variable `C1_MCP_SECRET_<NAME>` does the same for one secret (`_FILE` does not apply to it).',
    schema: existingFolder.optional(),
  },
  stateKey: {
    env: "C1_MCP_STATE_KEY",
    secret: true,
    help: "Seals the state that clients and page links carry, and hides names in the store of `C1_MCP_SHARED_URL`; at least 32 characters, the same on all replicas. Default: random for each process.",
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
