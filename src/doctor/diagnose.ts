import { createC1Client, DEFAULT_MAX_RESPONSE_BYTES } from "../c1/client.ts";
import { createTransport, type Transport } from "../c1/transport.ts";
import type { Credential } from "../config/credential.ts";
import type { TenantConfig } from "../config/tenant.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { checkClock, type Skew } from "./clock-skew.ts";
import { checkConfiguration } from "./configuration.ts";
import { checkConnection } from "./connection.ts";
import { checkCredential } from "./credential.ts";
import { checkDns, type Lookup } from "./dns.ts";
import { checkEma } from "./ema.ts";
import {
  CHECKS,
  type CheckLine,
  type CheckName,
  type CheckOutcome,
  type Finding,
  fail,
  type Report,
  unreached,
} from "./finding.ts";
import { checkIdentity, checkToken, makeFirstCall } from "./identity.ts";
import { nameEntry } from "./name-entry.ts";
import { FIELDS, type Places, VARIABLES } from "./places.ts";
import { checkProxy } from "./proxy.ts";
import type { Setup } from "./setup.ts";
import { checkSwitches } from "./switches.ts";
import { listTeamChecks } from "./team.ts";
import { watch } from "./token-requests.ts";
import { checkTools } from "./tools.ts";

const MAX_TEXT = 600;

/** A credential to test. */
interface Target {
  /** Name of its entry, if there are several. */
  readonly name?: string;
  readonly tenant: TenantConfig;
  readonly places: Places;
}

/** Runs all checks in order. They only read: a token is fetched, and nothing in the tenant changes. */
export async function diagnose(setup: Setup, lookup?: Lookup): Promise<Report> {
  const lines: CheckLine[] = [];
  const { redactor } = setup;
  const targets = listTargets(setup);
  const tenant = targets[0]?.tenant.tenant;

  const isAllRight = () => lines.every(({ result }) => result !== "fail");

  function add(check: CheckName, findings: readonly Finding[]): void {
    const show = (text: string) => redactor.redactValue(cleanText(redactor.redactValue(text), MAX_TEXT));
    for (const { detail, fix, ...rest } of findings)
      lines.push({ check, ...rest, detail: show(detail), ...(fix !== undefined && { fix: show(fix) }) });
  }
  const step: Step = async (check, [needed, value], run, entry) => {
    const tell = (findings: readonly Finding[]) => add(check, nameEntry(entry, findings));
    if (value === undefined) {
      tell([unreached(needed)]);
      return undefined;
    }
    try {
      const outcome = await run(value);
      tell(outcome.findings);
      return outcome.value;
    } catch (error) {
      const known = error instanceof Failure;
      tell([
        known
          ? fail(error.message, error.next)
          : fail(`the check itself failed: ${(error as Error).message}`),
      ]);
      return undefined;
    }
  };

  add("entry", setup.entry ?? []);
  if (setup.endsHere) {
    for (const check of CHECKS) if (check !== "entry") add(check, [unreached("entry")]);
    return { ok: isAllRight(), checks: lines };
  }
  add("configuration", checkConfiguration(setup));
  await examine(setup, targets, step, lookup);
  await step("switches", ["configuration", setup], async () => ({
    findings: [...(await checkSwitches(setup)), ...(await checkEma(setup))],
  }));
  for (const [check, run] of listTeamChecks(setup))
    await step(check, ["configuration", setup], async () => ({ findings: await run(setup) }));
  return { ok: isAllRight(), ...(tenant !== undefined && { tenant }), checks: lines };
}

function listTargets({ tenant, credentials }: Setup): readonly Target[] {
  if (credentials) return credentials.map((one) => ({ ...one, places: FIELDS }));
  return tenant ? [{ tenant, places: VARIABLES }] : [];
}

/** Runs one check; undefined if it failed, or if a check that it needs did. */
type Step = <N, T>(
  check: CheckName,
  needs: readonly [check: CheckName, value: N | undefined],
  run: (needed: N) => CheckOutcome<T> | Promise<CheckOutcome<T>>,
  entry?: string,
) => Promise<T | undefined>;

/** The checks that need a tenant, each with the results that it needs from earlier ones. */
async function examine(
  setup: Setup,
  targets: readonly Target[],
  step: Step,
  lookup: Lookup | undefined,
): Promise<void> {
  const [first] = targets;
  const tried: { readonly target: Target | undefined; readonly inOrder: true | undefined }[] = [];
  for (const target of first ? targets : [undefined]) {
    const check = (one: Target) => checkCredential(setup, one.tenant, one.places);
    tried.push({ target, inOrder: await step("credential", ["configuration", target], check, target?.name) });
  }
  const url = first?.tenant.serverUrl ?? "";
  const route = await step("proxy", ["configuration", first], () => checkProxy(setup, url));
  const address = await step("dns", ["proxy", route], (way) => checkDns(setup, url, way, lookup));
  const transport = first && route && openTransport(setup, first.tenant);
  try {
    const arrival = await step(
      "connection",
      ["dns", address && transport && route && { transport, route }],
      (way) => checkConnection(setup, url, way.transport, way.route),
    );
    const arrived = arrival && first && { arrival, credential: chooseForClock(targets, first) };
    const skew = await step("clock", ["connection", arrived], (at) => checkClock(at.arrival, at.credential));
    for (const { target, inOrder } of tried) {
      const client = arrival && transport && target && openClient(setup, target, transport);
      await tryCredential(setup, { client, inOrder, skew, entry: target?.name }, step);
    }
  } finally {
    await transport?.close().catch(() => undefined);
  }
}

/** The credential for which a wrong clock matters. */
function chooseForClock(targets: readonly Target[], first: Target): Credential {
  const credentials = targets.map(({ tenant }) => tenant.credential);
  return credentials.find(({ kind }) => kind !== "access_token") ?? first.tenant.credential;
}

interface Trial {
  /** Absent if the tenant was not reached. */
  readonly client: ReturnType<typeof openClient> | undefined;
  readonly inOrder: true | undefined;
  readonly skew: Skew | undefined;
  readonly entry: string | undefined;
}

async function tryCredential(
  setup: Setup,
  { client, inOrder, skew, entry }: Trial,
  step: Step,
): Promise<void> {
  const needed = inOrder === undefined ? "credential" : "connection";
  const call = await step(
    "token",
    [needed, inOrder && client],
    async (at) => checkToken(await makeFirstCall(setup, at.api), at.observer, at.target, skew),
    entry,
  );
  const known = call && client && { call, api: client.api };
  const identity = await step(
    "identity",
    ["token", known],
    (at) => checkIdentity(setup, at.call, at.api),
    entry,
  );
  const usable = identity && client && { identity, api: client.api };
  const tools = async (at: NonNullable<typeof usable>) => ({
    findings: await checkTools(setup, at.identity, at.api),
  });
  await step("tools", ["identity", usable], tools, entry);
}

function openTransport({ redactor, logger, clock }: Setup, { serverUrl }: TenantConfig): Transport {
  return createTransport({
    serverUrl,
    maxResponseBytes: DEFAULT_MAX_RESPONSE_BYTES,
    redactor,
    logger,
    clock,
  });
}

/** The client that the tools use, with a transport whose token requests are observed. */
function openClient({ redactor, logger, clock }: Setup, target: Target, transport: Transport) {
  const observer = watch(transport);
  const api = createC1Client({ ...target.tenant, redactor, logger, clock, transport: observer.transport });
  return { target, observer, api };
}
