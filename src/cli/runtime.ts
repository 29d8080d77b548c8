import type { C1Api } from "../c1/port.ts";
import { preload } from "../c1/preload.ts";
import { systemClock } from "../clock.ts";
import { type Configuration, describeProblems, type Environment, loadConfiguration } from "../config/load.ts";
import type { Credentials } from "../credentials/open.ts";
import { Failure, WHERE_SET_UP } from "../errors.ts";
import { createLogger, type Logger } from "../log/logger.ts";
import { readPino } from "../log/pino.ts";
import { createRedactor, type Redactor } from "../log/redact.ts";
import { reportProblem } from "../log/stderr.ts";
import { createLazyShared } from "../replicas/lazy.ts";
import type { Shared } from "../replicas/port.ts";
import type { Sandbox } from "../sandbox/start.ts";
import { createRegistry, type RunningRegistry } from "../tools/registry.ts";
import { toolSource } from "../tools/tool-source.ts";
import { VERSION } from "../version.ts";
import type { Arguments } from "./args.ts";
import { loadAuditWith } from "./load-audit.ts";
import { openMappedCredentials } from "./open-mapped-credentials.ts";
import { traceIfAsked } from "./open-telemetry.ts";
import { createLazyPage, type ServePage } from "./page.ts";
import { findLogin } from "./page-login.ts";
import { reportProblems } from "./report-problems.ts";
import type { SandboxTenant } from "./start-tenant.ts";

/**
 * Added to the time that a transport gives running calls, this still stays below the time that clients wait for the process to
 * exit.
 */
const GRACE_MS = 300;

/** What the serving commands share: the loaded configuration and the registry built on it. */
export interface Runtime {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly registry: RunningRegistry;
  readonly redactor: Redactor;
  /** Steps that each load some of the code that the first call will need, and do nothing else. */
  readonly preload: readonly (() => Promise<unknown>)[];
  readonly shared: Shared;
  /** Whether the store shared by replicas answers; present if there is one. */
  readonly isStoreUp: (() => Promise<boolean>) | undefined;
  /** Whether the audit file took the last record; present if there is one. */
  readonly isAuditFileUp: (() => boolean) | undefined;
  /** Serves the page over HTTP. */
  readonly servePage: ServePage;
  /** Present if a file maps callers to credentials: see `Credentials`. */
  readonly checkCredentials: Credentials["check"] | undefined;
  /**
   * Starts the sandbox, once. Otherwise the first tool call starts it.
   * @param port to listen on; default: any free one.
   */
  openSandbox(port?: number): Promise<Sandbox>;
  /** Closes connections and the sandbox, if there are any. */
  close(): Promise<void>;
}

/** Assembles the parts. Makes no network call and starts nothing: that waits for the first tool call. */
export async function createRuntime(args: Arguments, env: Environment): Promise<Runtime> {
  const redactor = createRedactor();
  const overStdio = args.command === "stdio";
  const loaded = loadConfiguration(env, args.flags, { sandbox: args.sandbox, redactor, overStdio });
  const { settings, tenant, secretStore } = loaded;
  const logger = createLogger(settings.logLevel, redactor);
  const { credentials, configuration } = await openMappedCredentials(args, loaded, { redactor, logger });
  const { problems, warnings } = configuration;
  const closers: (() => Promise<void>)[] = credentials ? [credentials.close] : [];
  let started: Promise<SandboxTenant> | undefined;
  const startOnce = (port?: number) => {
    started ??= import("./start-tenant.ts").then(({ startTenant }) => startTenant(redactor, closers, port));
    return started;
  };
  const open = async () => {
    const target = args.sandbox ? await startOnce() : tenant;
    if (!target) throw new Failure("internal", "There is no tenant to talk to.");
    const { createC1Client } = await import("../c1/client.ts");
    const api = createC1Client({ ...target, redactor, logger, prime: secretStore.prime });
    closers.unshift(() => api.close());
    return api;
  };
  const stopping = new AbortController();
  const shared = createLazyShared(async () => {
    const { sharedStore } = configuration;
    const target = tenant ?? credentials;
    if (!sharedStore || !target) return (await import("../replicas/local.ts")).createLocalShared(systemClock);
    const { createRemoteShared } = await import("../replicas/remote.ts");
    const key = await sharedStore.key();
    return createRemoteShared({ ...sharedStore, key, tenant: target.tenant, logger });
  });
  let api: Promise<C1Api> | undefined;
  const page = createLazyPage({
    configuration,
    transport: args.command === "http" ? "http" : "stdio",
    login: findLogin(configuration, logger),
    work: () => untraced.openForPage(),
    shared,
    logger,
    redactor,
  });
  let isAuditFileUp = true;
  const { source, audit } = loadAuditWith(toolSource, async () => {
    const [{ createAudit }, { describeSettings }] = await Promise.all([
      import("../log/audit.ts"),
      import("../config/describe-settings.ts"),
    ]);
    const origin = { version: VERSION, command: args.command, settings: describeSettings(settings) };
    return createAudit(logger, redactor, settings.auditFile, origin, (takesRecords) => {
      isAuditFileUp = takesRecords;
    });
  });
  const untraced: RunningRegistry = createRegistry(source, {
    tenant: args.sandbox ? "sandbox" : ((tenant ?? credentials)?.tenant ?? "not configured"),
    notConfigured: notConfigured(problems),
    connect: async (caller) => {
      if (credentials) return credentials.connect(caller);
      api ??= open();
      return api;
    },
    switches: { readOnly: settings.readOnly, tools: settings.tools, writes: settings.writes },
    audit,
    logger,
    redactor,
    secrets: { inline: settings.inlineSecrets === "allow", ...secretStore },
    clock: systemClock,
    page,
    shared,
    // Behind a load balancer, two processes may get the same request; over stdio a process serves one person's assistant only.
    hasReplicas: args.command === "http" && !args.sandbox,
    stopping: stopping.signal,
    timeoutMs: settings.timeoutMs,
  });
  const transport = overStdio ? "pipe" : "tcp";
  const telemetry = await traceIfAsked(untraced, { env, transport, logger, redactor });
  const { registry } = telemetry;
  reportProblems(logger, "error", "Not configured", problems);
  for (const { setting, message } of warnings) reportProblem(logger, "warn", `${setting} ${message}`);
  return {
    configuration,
    logger,
    registry,
    redactor,
    shared,
    isStoreUp: configuration.sharedStore && shared.isWhole,
    isAuditFileUp: settings.auditFile === undefined ? undefined : () => isAuditFileUp,
    servePage: page.serve,
    preload: [
      () => toolSource.load(),
      () => import("../tools/run.ts"),
      () => import("../log/audit.ts"),
      () => import("../replicas/local.ts"),
      ...(tenant ? preload(tenant.serverUrl, tenant.credential) : []),
      async () => readPino(),
    ],
    checkCredentials: credentials?.check,
    openSandbox: async (port) => (await startOnce(port)).sandbox,
    close: async () => {
      // Interrupted writes get a moment to establish their outcome.
      const grace = systemClock.after(GRACE_MS, () => stopping.abort());
      await registry.settled();
      grace();
      stopping.abort();
      for (const close of closers) await close();
      await shared.close();
      await telemetry.close();
    },
  };
}

function notConfigured(problems: Configuration["problems"]): Failure | undefined {
  if (problems.length === 0) return undefined;
  return new Failure("not_configured", `The server is not configured:\n${describeProblems(problems)}\n`, {
    next: `Correct these ${WHERE_SET_UP} and restart it.`,
    reason: "cause_named",
  });
}
