import { pino } from "pino";
import { createC1Client } from "../../src/c1/client.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import type { Credential } from "../../src/config/credential.ts";
import { describeProblems } from "../../src/config/load.ts";
import { secretFromValue } from "../../src/config/secret-file.ts";
import { createSecretStore } from "../../src/config/secret-store.ts";
import { type Credentials, openCredentials } from "../../src/credentials/open.ts";
import { type Attempt, type AuditRecord, createAudit } from "../../src/log/audit.ts";
import { createRedactor, type Redactor } from "../../src/log/redact.ts";
import type { PageServiceOptions } from "../../src/page/service.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import type { Shared } from "../../src/replicas/port.ts";
import type { RecordedRequest, SandboxOptions } from "../../src/sandbox/start.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import type { ToolContext } from "../../src/tools/context.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { createRegistry, type RunningRegistry } from "../../src/tools/registry.ts";
import { isLeaping } from "./leaping-clock.ts";
import { createTestPage } from "./test-page.ts";
import { sourceOf } from "./tool-source.ts";

/**
 * Listed once, because generating the JSON Schemas of all tools takes longer than everything else in a rig, and hundreds of rigs
 * are opened.
 */
const SOURCE = sourceOf(TOOLS);

const OKTA_SECRET = { C1_MCP_SECRET_OKTA_V2_API_TOKEN: "rig-okta-api-token" };

/** The origins of the callers in test/support/team.ts. */
const ORIGINS = { issuers: ["https://login.acme.example"], holders: async () => ["token-1"] };

export interface RigOptions {
  readonly sandbox?: SandboxOptions;
  /** One clock for client, tools and, unless it has its own, the sandbox. One that leaps does so during calls. */
  readonly clock?: Clock;
  readonly timeoutMs?: number;
  /** Secrets that arguments may refer to. Default: one for Okta, with no literals allowed. */
  readonly secrets?: { env?: Readonly<Record<string, string>>; dir?: string; inline?: boolean };
  readonly maxResponseBytes?: number;
  /** Whether a person must agree to each write. Default: no. */
  readonly confirm?: boolean;
  /** Whether there is a page, and its options. Default: no page. */
  readonly page?: Partial<PageServiceOptions>;
  /** Use the same object in several rigs to test replicas. */
  readonly shared?: Shared;
  /** Whether other processes may get the same writes at the same moment. Default: no. */
  readonly hasReplicas?: boolean;
  /** Audit records also go to this file. */
  readonly auditFile?: string;
  /** Default: the sandbox's own client id and secret. */
  readonly credential?: (sandbox: Sandbox, redactor: Redactor) => Credential;
  /** Writes a credentials file and sets `C1_MCP_CREDENTIALS_FILE` to it. */
  readonly credentialsFile?: (sandbox: Sandbox) => string;
  /** Connects to this server instead of the sandbox. */
  readonly serverUrl?: string;
}

/** The outcome of a call as a client's model sees it. */
export interface Outcome {
  readonly isError: boolean;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The real tools and the real client on a sandbox in this process, with everything that they emit. */
export interface Rig {
  readonly sandbox: Sandbox;
  readonly registry: RunningRegistry;
  readonly redactor: Redactor;
  /** Present with `page`. */
  readonly page: ReturnType<typeof createTestPage> | undefined;
  readonly credentials: Credentials | undefined;
  /** Intents of writes that were sent, in order. */
  readonly intents: Attempt[];
  /** Outcomes of all attempted writes. */
  readonly audits: AuditRecord[];
  /** Log lines of every level, including audit lines, masked as the real logger masks them. */
  readonly logs: string[];
  call(tool: string, args: unknown, context?: Partial<ToolContext>): Promise<Outcome>;
  /** The requests for write operations since `forget`, whether or not they ran. */
  writes(): RecordedRequest[];
  /** All requests to the API since `forget`. */
  requests(): RecordedRequest[];
  forget(): void;
  close(): Promise<void>;
}

export async function createRig(options: RigOptions = {}): Promise<Rig> {
  const clock = options.clock ?? systemClock;
  const sandbox = await startSandbox({ clock, ...options.sandbox });
  const redactor = createRedactor();
  const logs: string[] = [];
  const intents: Attempt[] = [];
  const audits: AuditRecord[] = [];
  const write = (line: string) => void logs.push(JSON.stringify(redactor.redactValue(JSON.parse(line))));
  const logger = pino({ level: "trace" }, { write });
  const audit = createAudit(logger, redactor, options.auditFile);
  const timeoutMs = options.timeoutMs ?? 45_000;
  const serverUrl = options.serverUrl ?? sandbox.serverUrl;
  const secretStore = createSecretStore({
    env: options.secrets?.env ?? OKTA_SECRET,
    dir: options.secrets?.dir,
    redactor,
    now: clock.now,
  });
  const path = options.credentialsFile?.(sandbox);
  const credentials =
    path === undefined
      ? undefined
      : await openCredentials({
          path,
          settings: { serverUrl, timeoutMs },
          origins: ORIGINS,
          redactor,
          logger,
          clock,
          prime: secretStore.prime,
        });
  if (credentials && "problems" in credentials) throw new Error(describeProblems(credentials.problems));
  const credential = (options.credential ?? ownCredential)(sandbox, redactor);
  const api = createC1Client({
    serverUrl,
    tenant: "sandbox",
    credential,
    redactor,
    logger,
    clock,
    random: () => 0,
    prime: secretStore.prime,
    ...(options.maxResponseBytes !== undefined && { maxResponseBytes: options.maxResponseBytes }),
  });
  const shared = options.shared ?? createLocalShared(clock);
  const page =
    options.page &&
    createTestPage({
      work: () => registry.openForPage(),
      uses: shared,
      redactor,
      logger,
      clock,
      ...options.page,
    });
  const registry: RunningRegistry = createRegistry(SOURCE, {
    tenant: "sandbox",
    connect: async (caller) => (credentials ? credentials.connect(caller) : api),
    switches: {
      readOnly: false,
      tools: undefined,
      writes: { default: options.confirm ? "confirm" : "allow", byTool: {} },
    },
    shared,
    hasReplicas: options.hasReplicas ?? false,
    page,
    stopping: new AbortController().signal,
    audit: {
      intend(attempt) {
        audit.intend(attempt);
        intents.push(attempt);
      },
      write(record) {
        audits.push(record);
        audit.write(record);
      },
    },
    logger,
    redactor,
    secrets: {
      inline: options.secrets?.inline ?? false,
      ...secretStore,
    },
    clock,
    timeoutMs,
  });
  let seen: RecordedRequest | undefined;
  const requests = () => {
    // Not a position: the sandbox drops its oldest requests.
    const unseen = seen === undefined ? 0 : sandbox.requests.lastIndexOf(seen) + 1;
    return sandbox.requests.slice(unseen).filter(({ operation }) => operation !== "token");
  };
  return {
    sandbox,
    credentials,
    registry,
    redactor,
    page,
    intents,
    audits,
    logs,
    async call(tool, args, context) {
      const calling = registry.call(tool, args, {
        signal: new AbortController().signal,
        principal: context?.caller?.name ?? "local",
        client: "rig/1",
        progress: () => undefined,
        ask: async () => "unavailable",
        ...context,
      });
      const result = await (isLeaping(clock) ? clock.lapse(calling) : calling);
      if (!result) throw new Error(`no tool named ${tool}`);
      const { content, structuredContent = {}, isError = false } = result;
      return { isError, text: content[0].text, value: structuredContent };
    },
    writes: () => requests().filter(({ writes }) => writes),
    requests,
    forget() {
      seen = sandbox.requests.at(-1);
    },
    async close() {
      await credentials?.close();
      await api.close();
      await sandbox.close();
    },
  };
}

function ownCredential({ clientId, clientSecret }: Sandbox, redactor: Redactor): Credential {
  return { kind: "client_credentials", clientId, clientSecret: secretFromValue(clientSecret, redactor) };
}
