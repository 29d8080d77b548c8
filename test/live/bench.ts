import { pino } from "pino";
import { createTokenSource } from "../../src/c1/auth/create-token-source.ts";
import { createC1Client } from "../../src/c1/client.ts";
import { createHttp } from "../../src/c1/http.ts";
import type { C1Api, Call } from "../../src/c1/port.ts";
import { createTransport } from "../../src/c1/transport.ts";
import { readSteady, systemClock } from "../../src/clock.ts";
import { createSecretStore } from "../../src/config/secret-store.ts";
import type { AuditRecord } from "../../src/log/audit.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { createRegistry } from "../../src/tools/registry.ts";
import type { Outcome } from "../support/rig.ts";
import { sourceOf } from "../support/tool-source.ts";
import { recordExchanges, type Seen } from "./recorder.ts";
import type { LiveSettings } from "./settings.ts";

/** Not a real token: how C1 reports a connector that cannot log in is one of the questions. */
const SECRETS = { C1_MCP_SECRET_OKTA_V2_API_TOKEN: "c1-admin-mcp-live-not-a-token" };
const CALL_MS = 60_000;

/** The real tools and the real client on a tenant, with a record of all requests. */
export interface LiveBench {
  readonly settings: LiveSettings;
  readonly api: C1Api;
  readonly seen: readonly Seen[];
  readonly audits: readonly AuditRecord[];
  /** Calls a tool as a client would. */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<Outcome>;
  /** Sends a request that no tool makes. Returns the response, whatever it is. */
  probe(what: string, method: "GET" | "POST", path: string, body?: object): Promise<Seen>;
  /** Requests a token with the secret itself, which the client does only if it must. Undefined if the credential has none. */
  probeSecretFlow(): Promise<Seen | undefined>;
  limits(): Call;
  close(): Promise<void>;
}

export function createLiveBench(settings: LiveSettings): LiveBench {
  const { tenant, redactor } = settings;
  const clock = systemClock;
  const logger = pino({ level: "silent" });
  const plain = createTransport({
    serverUrl: tenant.serverUrl,
    maxResponseBytes: 8 << 20,
    redactor,
    logger,
    clock,
  });
  const { transport, seen } = recordExchanges(plain, clock, redactor);
  const random = Math.random;
  const api = createC1Client({ ...tenant, redactor, logger, clock, transport });
  const tokens = createTokenSource(tenant.credential, { transport, redactor, clock, random });
  const http = createHttp({ transport, tokens, redactor, clock, random });
  const audits: AuditRecord[] = [];
  const signal = new AbortController().signal;
  const registry = createRegistry(sourceOf(TOOLS), {
    tenant: tenant.tenant,
    connect: async () => api,
    switches: { readOnly: false, tools: undefined, writes: { default: "allow", byTool: {} } },
    shared: createLocalShared(clock),
    stopping: signal,
    audit: { intend: () => undefined, write: (record) => void audits.push(record) },
    logger,
    redactor,
    secrets: { inline: false, ...createSecretStore({ env: SECRETS, dir: undefined, redactor }) },
    clock,
    timeoutMs: CALL_MS,
  });
  const limits = (): Call => ({ signal, deadline: readSteady(clock) + CALL_MS });
  const lastOf = (what: string): Seen => {
    const found = seen.findLast(({ operation }) => operation === what);
    if (!found) throw new Error(`${what}: no request was made`);
    return found;
  };
  return {
    settings,
    api,
    seen,
    audits,
    async call(tool, args) {
      const result = await registry.call(tool, args, {
        signal,
        principal: "live test",
        client: "c1-admin-mcp-live",
        progress: () => undefined,
        ask: async () => "unavailable",
      });
      if (!result) throw new Error(`no tool named ${tool}`);
      const { content, structuredContent = {}, isError = false } = result;
      return { isError, text: content[0].text, value: structuredContent };
    },
    async probe(what, method, path, body) {
      const operation = `probe: ${what}`;
      const request = { operation, method, path, write: method === "POST", parse: () => true } as const;
      // A refusal is a finding, too, and the recorder has it.
      await http
        .request({ ...request, ...(body && { body: JSON.stringify(body) }) }, limits())
        .catch(() => undefined);
      return lastOf(operation);
    },
    async probeSecretFlow() {
      const { credential } = tenant;
      if (credential.kind !== "client_credentials") return undefined;
      const operation = "probe: the secret in the token request";
      const form = {
        grant_type: "client_credentials",
        client_id: credential.clientId,
        client_secret: await credential.clientSecret(),
      };
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const body = new URLSearchParams(form).toString();
      await transport.send({ operation, method: "POST", path: "/auth/v1/token", headers, body }, limits());
      return lastOf(operation);
    },
    limits,
    close: () => api.close(),
  };
}
