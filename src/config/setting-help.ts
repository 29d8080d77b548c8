import { LOG_LEVELS } from "../log/logger.ts";
import type { SettingKey } from "./schema.ts";

/*
 * What each setting means. Apart from the schemas, because a start reads those, and only `help environment` and
 * docs/configuration.md show this.
 */

type Help = Readonly<Partial<Record<SettingKey, string>>>;

const CREDENTIAL = {
  clientId:
    "Client id of the credential, `name@tenant-host/pcc` or `…/spc` (`…/wfe` only with an OIDC token). Its host is the tenant unless one is set below.",
  clientSecret: "Client secret, `secret-token:conductorone.com:v1:…`.",
  accessToken:
    "A bearer token. Takes precedence over the other credentials; also needs a server URL or tenant domain.",
  oidcToken:
    "A JWT of your identity provider, exchanged for a C1 token; needs `CONDUCTORONE_CLIENT_ID` of a workload federation trust (`…/wfe`).",
  serverUrl:
    "Address of the tenant, such as `https://acme.conductor.one`, or its host alone. https, or http on a loopback address.",
  tenantDomain:
    "Full host of the tenant, such as `acme.conductor.one` or `acme.c1eu.ai`. A bare word is refused.",
} as const satisfies Help;

const WRITES = {
  writes:
    "`allow`, `confirm` (a person must agree to each write) or `block`, for all writes or per tool: `confirm,create_app=block`. Do not rely on the client to ask: many approve calls by themselves, and `confirm` is for those.",
  readOnly: "`true` hides every tool that changes something.",
  tools: "The tools to offer, separated by commas. Default: all.",
  inlineSecrets:
    "`allow` lets callers put literal secrets into a connector's `config`; `refuse` accepts only names of those below, and what is typed on the page.",
  page: "`auto`: a person types secrets on a page of this server, and agrees there if the client cannot ask; on a loopback port over stdio, behind a login over HTTP. `off`: never.",
  secretsDir:
    'Folder (a full path) of secrets that callers refer to by `{"secretRef": NAME}`: one file per secret, read each time and named after it: capital letters, digits and `_`, a letter first, no ending. The variable `C1_MCP_SECRET_<NAME>` does the same for one secret (`_FILE` does not apply to it).',
  auditFile:
    "File for audit records, one JSON object per line, in addition to stderr. The full path of a regular file in an existing folder, in which a leading `~` stands for the home folder; a write that it cannot record is not sent.",
} as const satisfies Help;

const PROCESS = {
  logLevel: `${LOG_LEVELS.map((level) => `\`${level}\``).join(", ")}. Audit records are written at every level.`,
  timeoutMs:
    "Total time that the C1 requests of one tool call may take, in milliseconds; a wait by `waitSeconds` comes on top.",
} as const satisfies Help;

const SHARED = {
  sharedUrl:
    "Redis 7 or Valkey through which several processes act as one: `rediss://host:6379` or `redis://…`, without a password. Needs `C1_MCP_STATE_KEY`. Default: each process remembers for itself.",
  sharedOutage:
    "What happens to creates and consents while the store does not respond: `refuse`, or `alone` (guarded within each process only). Everything else continues.",
  sharedPassword: "Password of that store; read again for each new connection.",
  stateKey:
    "Seals the state that clients and page links carry, and hides names in the store of `C1_MCP_SHARED_URL`; at least 32 characters, the same on all replicas. Default: random for each process.",
} as const satisfies Help;

const HTTP = {
  host: "Address that `http` listens on. Any but a loopback address needs inbound authentication and `C1_MCP_ALLOWED_HOSTS`.",
  port: "Port that `http` listens on; 0 picks a free one.",
  httpToken:
    "Bearer tokens that callers of `http` may send, separated by commas or line breaks; at least 16 characters each, and in front of each, if you like, the name of who sends it, such as `ci-bot`. `http` needs these, OAuth or identity assertions, unless `--sandbox`.",
  oauthIssuer:
    "Issuer of the authorization server whose access tokens `http` accepts, compared exactly. Scopes: `c1:read`, and `c1:write` for all tools that write or, for example, `c1:create_app` for one.",
  oauthAudience:
    "Audience that those tokens must name; preferably the address that callers use, such as `https://mcp.acme.example/mcp`.",
  emaIssuer:
    "Issuer whose identity assertions (ID-JAG) `http` exchanges for its own access tokens, compared exactly: a C1 tenant such as `https://acme.conductor.one`, or another one. Needs `C1_MCP_EMA_CLIENTS_FILE` and `C1_MCP_EMA_KEY`. Default: none.",
  emaClientsFile:
    "File of the clients that may exchange them; `deploy/README.md` shows its form. Read again when it changes.",
  emaKey:
    "Keys of those access tokens, separated by commas or line breaks; at least 32 characters each, the same on all replicas. The first key seals tokens, and all of them open tokens.",
  pageClientId:
    "Client id with which the page of `http` logs people in at `C1_MCP_OAUTH_ISSUER`, by code and PKCE; its redirect URI is the public address with `/page/login` in place of `/mcp`. The issuer must use the same subject for a person as in access tokens. Default: no page over HTTP.",
  pageClientSecret: "Secret of that client. Default: a public client.",
  publicUrl:
    "Address that callers use, announced to OAuth clients. Default: the audience, which must then be an address.",
  allowedHosts:
    "Host names by which callers may address `http`, separated by commas; with a port if only that port is allowed. Loopback names are allowed only while it listens on loopback.",
  allowedOrigins:
    "Origins of web pages that may call `http`, such as `https://console.acme.example`. Callers other than browsers send none.",
  credentialsFile:
    "File that maps callers of `http` to C1 credentials, instead of one credential for all; `deploy/README.md` shows an example. Read again when it changes.",
  rateLimit:
    "Requests per minute of one caller of `http`, a sixth of them at once, but at least 10; a large request counts once per 64 KiB. 0 for no limit.",
  maxConcurrent: "Concurrent requests of one caller of `http`.",
  adminPort: "Port of `/metrics` for Prometheus. Default: no metrics.",
  adminHost: "Address of that port, which requires no authentication.",
  shutdownDelayMs:
    "How long `http` continues to accept requests after SIGTERM while `/readyz` says 503, in milliseconds: the time that a load balancer needs to notice.",
  drainMs: "How long running calls of `http` may then take to finish, in milliseconds.",
} as const satisfies Help;

/** Every setting, in groups and in the order of `help environment`: those first that most people need. */
export const HELP_GROUPS: readonly (readonly [title: string, help: Help])[] = [
  ["Credential and tenant", CREDENTIAL],
  ["Writes and secrets", WRITES],
  ["This process", PROCESS],
  ["Several processes that serve one tenant", SHARED],
  ["Only for http", HTTP],
];

export const SETTING_HELP: Readonly<Record<SettingKey, string>> = {
  ...CREDENTIAL,
  ...WRITES,
  ...PROCESS,
  ...SHARED,
  ...HTTP,
};
