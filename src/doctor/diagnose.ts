import { createC1Client } from "../c1/client.ts";
import { createTransport } from "../c1/transport.ts";
import type { TenantConfig } from "../config/tenant.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { checkClock } from "./clock-skew.ts";
import { checkConfiguration } from "./configuration.ts";
import { checkConnection } from "./connection.ts";
import { checkCredential } from "./credential.ts";
import { checkDns, type Lookup } from "./dns.ts";
import {
  type CheckLine,
  type CheckName,
  type Finding,
  fail,
  type Outcome,
  type Report,
  skip,
} from "./finding.ts";
import { checkIdentity, checkToken, makeFirstCall } from "./identity.ts";
import { checkProxy } from "./proxy.ts";
import type { Setup } from "./setup.ts";
import { checkSwitches } from "./switches.ts";
import { watch } from "./token-requests.ts";
import { checkTools } from "./tools.ts";

const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;
const MAX_TEXT = 600;

/** All checks in their order. Reads only: a token is fetched, and nothing in the tenant is changed. */
export async function diagnose(setup: Setup, lookup?: Lookup): Promise<Report> {
  const lines: CheckLine[] = [];
  const { tenant, redactor } = setup;

  function add(check: CheckName, findings: readonly Finding[]): void {
    const show = (text: string) => redactor.redactValue(cleanText(redactor.redactValue(text), MAX_TEXT));
    for (const { detail, fix, ...rest } of findings)
      lines.push({ check, ...rest, detail: show(detail), ...(fix !== undefined && { fix: show(fix) }) });
  }
  /** Runs one check; undefined when it failed, or when a check that it needs did. */
  async function step<N, T>(
    check: CheckName,
    needs: readonly [check: CheckName, value: N | undefined],
    run: (needed: N) => Outcome<T> | Promise<Outcome<T>>,
  ): Promise<T | undefined> {
    const [needed, value] = needs;
    if (value === undefined) {
      add(check, [skip(`needs ${needed}`)]);
      return undefined;
    }
    try {
      const outcome = await run(value);
      add(check, outcome.findings);
      return outcome.value;
    } catch (error) {
      const known = error instanceof Failure;
      add(check, [
        known
          ? fail(error.message, error.next)
          : fail(`the check itself failed: ${(error as Error).message}`),
      ]);
      return undefined;
    }
  }

  add("entry", setup.entry ?? []);
  add("configuration", checkConfiguration(setup));
  await examine(setup, tenant, step, lookup);
  await step("switches", ["configuration", setup], async () => ({ findings: await checkSwitches(setup) }));
  const ok = lines.every(({ result }) => result !== "fail");
  return { ok, ...(tenant && { tenant: tenant.tenant }), checks: lines };
}

type Step = <N, T>(
  check: CheckName,
  needs: readonly [check: CheckName, value: N | undefined],
  run: (needed: N) => Outcome<T> | Promise<Outcome<T>>,
) => Promise<T | undefined>;

/** The checks that need a tenant, each with the results it needs from earlier ones. */
async function examine(
  setup: Setup,
  tenant: TenantConfig | undefined,
  step: Step,
  lookup: Lookup | undefined,
): Promise<void> {
  const credential = await step("credential", ["configuration", tenant], (config) =>
    checkCredential(setup, config),
  );
  const url = tenant?.serverUrl ?? "";
  const route = await step("proxy", ["configuration", tenant], () => checkProxy(setup, url));
  const address = await step("dns", ["proxy", route], (way) => checkDns(setup, url, way, lookup));
  const client = tenant && route && openClient(setup, tenant);
  try {
    const arrival = await step("connection", ["dns", address && client && { client, route }], (way) =>
      checkConnection(setup, url, way.client.observer.transport, way.route),
    );
    const ready = arrival && client && tenant && { ...client, arrival, tenant };
    const skew = await step("clock", ["connection", ready], (at) =>
      checkClock(at.arrival, at.tenant.credential),
    );
    const needed = credential === undefined ? "credential" : "connection";
    const call = await step("token", [needed, credential && ready], async (at) =>
      checkToken(await makeFirstCall(setup, at.api), at.observer, at.tenant, skew),
    );
    const identity = await step("identity", ["token", call && ready && { call, api: ready.api }], (at) =>
      checkIdentity(setup, at.call, at.api),
    );
    await step("tools", ["identity", identity && ready && { identity, api: ready.api }], async (at) => ({
      findings: await checkTools(setup, at.identity, at.api),
    }));
  } finally {
    await client?.api.close().catch(() => undefined);
  }
}

/** The client that the tools use, over a transport whose token requests are observed. */
function openClient({ redactor, logger, clock }: Setup, tenant: TenantConfig) {
  const { serverUrl } = tenant;
  const maxResponseBytes = MAX_RESPONSE_BYTES;
  const observer = watch(createTransport({ serverUrl, maxResponseBytes, redactor, logger, clock }));
  const api = createC1Client({ ...tenant, redactor, logger, clock, transport: observer.transport });
  return { observer, api };
}
