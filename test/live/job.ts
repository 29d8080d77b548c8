import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { WRITE_TOOL_NAMES } from "../../src/config/tool-names.ts";
import type { Outcome } from "../support/rig.ts";
import type { LiveBench } from "./bench.ts";

export const DELEGATED_TYPE = "notion";
export const CONFIGURED_TYPE = "okta_v2";

/** The state of a connector at one moment, and its owners. */
export interface Look {
  readonly when: string;
  readonly status?: string;
  readonly displayName?: string;
  readonly lastError?: string;
  /** Owners by role: the named person, the credential's own user, or others. */
  readonly owners: Readonly<Record<string, readonly string[]>>;
}

export interface Facts {
  /** Prefix of the names of everything that this run creates. */
  readonly runName: string;
  /** The configured id or e-mail. */
  readonly person: string;
  readonly personId: string;
  /** The credential's own user, if it has one. */
  readonly self?: string;
  readonly appId: string;
  readonly delegatedId: string;
  /** Absent if C1 refused the made-up config. */
  readonly configuredId?: string;
  readonly looks: { delegated: Look[]; configured: Look[] };
  /** Durations of the job's waits, as text. */
  readonly waits: string[];
}

export interface Step {
  readonly what: string;
  readonly result: string;
  readonly ok: boolean;
  /** Whether the step attempted a write, which must have an audit record. */
  readonly writes: boolean;
}

/** Does the whole job with the tools. Throws if it cannot continue; `steps` then shows how far it came. */
export async function doJob(bench: LiveBench, steps: Step[], say: (line: string) => void): Promise<Facts> {
  const runName = `c1-admin-mcp live ${new Date().toISOString().slice(0, 19)}Z ${randomBytes(2).toString("hex")}`;
  const waits: string[] = [];
  const { patienceMs } = bench.settings;

  /** Performs a step that must succeed, or fail with the expected code. */
  async function must(
    what: string,
    tool: string,
    args: Record<string, unknown>,
    code?: string,
  ): Promise<Outcome> {
    const outcome = await attempt(what, tool, args, code);
    if (outcome.isError !== (code !== undefined) || !outcome.text.startsWith(code ? `[${code}]` : "{")) {
      throw new Error(`${what}: ${outcome.text}`);
    }
    return outcome;
  }
  async function attempt(what: string, tool: string, args: Record<string, unknown>, code?: string) {
    const outcome = await bench.call(tool, args);
    const ok = code === undefined ? !outcome.isError : outcome.text.startsWith(`[${code}]`);
    steps.push({
      what,
      ok,
      writes: isWrite(tool),
      result: outcome.isError ? outcome.text : describe(outcome.value),
    });
    say(`  ${ok ? "ok " : "no "} ${what}`);
    return outcome;
  }

  const { value: me } = await must("who the credential is", "whoami", {});
  const self = typeof me.userId === "string" ? me.userId : undefined;
  const person = bench.settings.person ?? self;
  if (person === undefined) {
    throw new Error(
      "the credential has no user of its own: set C1_LIVE_USER to the id or e-mail of an owner to be",
    );
  }
  const app = {
    displayName: runName,
    description: "Made by the live tests; may be deleted.",
    owners: [person],
  };
  const before = bench.seen.length;
  await must("a dry run of the app", "create_app", { ...app, dryRun: true });
  if (bench.seen.slice(before).some(isCreate)) throw new Error("the dry run sent a write");
  const created = await must("the app", "create_app", app);
  const appId = String(created.value.appId);

  const found = await waitUntil(patienceMs, async () => {
    const { value } = await bench.call("find_apps", { query: runName });
    return (value.items as { id: string }[] | undefined)?.some(({ id }) => id === appId) === true;
  });
  waits.push(`The new app was ${found ?? "not yet"} found by its name.`);
  const appRef = found === undefined ? appId : runName;

  const looks: Facts["looks"] = { delegated: [], configured: [] };
  const delegated = await must("a connector for a person to finish", "create_connector", {
    appId: appRef,
    catalogId: DELEGATED_TYPE,
    displayName: `${runName} delegated`,
    userIds: [person],
  });
  const delegatedId = String(delegated.value.connectorId);
  looks.delegated.push(await lookAt(bench, "at once", appId, delegatedId, person, self));

  // The credentials are made up, so a refusal is as good a finding as a connector.
  const configured = await attempt("a configured connector (made-up credentials)", "create_connector", {
    appId: appRef,
    catalogId: CONFIGURED_TYPE,
    config: {
      okta_v2_domain: "c1-admin-mcp-live.okta.example",
      okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" },
    },
  });
  const configuredId = configured.isError ? undefined : String(configured.value.connectorId);
  if (configuredId !== undefined) {
    looks.configured.push(await lookAt(bench, "at once", appId, configuredId, person, self));
  }

  const started = Date.now();
  const added = await must("the connector's owner", "add_connector_user_owner", {
    appId: appRef,
    connectorId: delegatedId,
    userRefId: person,
    waitSeconds: Math.min(180, Math.ceil(patienceMs / 1000)),
  });
  const seconds = Math.round((Date.now() - started) / 1000);
  waits.push(
    added.value.alreadyOwner === true
      ? "The person was a v2 owner before the owner was added: v1 `userIds` or the creator's own ownership count."
      : `The owner's row was ${added.value.visible === true ? "visible" : "not visible"} ${seconds} s after the add was sent.`,
  );
  await must("the connector as C1 shows it", "find_connectors", { appId: appRef, connectorId: delegatedId });
  if (found !== undefined)
    await must("the same app again", "create_app", { displayName: runName }, "already_exists");
  return {
    runName,
    person,
    personId: String(added.value.userId),
    appId,
    delegatedId,
    looks,
    waits,
    ...(self !== undefined && { self }),
    ...(configuredId !== undefined && { configuredId }),
  };
}

/** Reads a connector's current state. A refused read is a finding, too. */
export async function lookAt(
  bench: LiveBench,
  when: string,
  appId: string,
  connectorId: string,
  person: string,
  self?: string,
): Promise<Look> {
  const owners: Record<string, string[]> = {};
  try {
    const rows = await bench.api.connectorOwners.list(appId, connectorId, {}, bench.limits());
    for (const { roleSlug = "(no slug)", userId, user } of rows.items) {
      const named = person === userId || person === user?.email;
      const other = userId === self ? "the credential's user" : "someone else";
      owners[roleSlug] ??= [];
      owners[roleSlug].push(named ? "the person named" : other);
    }
  } catch (error) {
    owners[`(refused: ${(error as Error).message})`] = [];
  }
  const connector = await bench.api.connectors.get(appId, connectorId, bench.limits()).catch(() => undefined);
  const { status, displayName, lastError } = connector ?? {};
  return {
    when,
    owners,
    ...(status !== undefined && { status }),
    ...(displayName !== undefined && { displayName }),
    ...(lastError !== undefined && { lastError }),
  };
}

const isWrite = (tool: string) => (WRITE_TOOL_NAMES as readonly string[]).includes(tool);

export const isCreate = ({ method, path }: { method: string; path: string }) =>
  method === "POST" && /^\/api\/v1\/apps(?:\/\{id\}\/connectors(?:\/create)?)?$/.test(path);

/** Waits for a condition. Returns how long that took, as text; undefined if the time was up. */
export async function waitUntil(
  patienceMs: number,
  done: () => Promise<boolean>,
): Promise<string | undefined> {
  const started = Date.now();
  for (;;) {
    const at = Date.now() - started;
    if (await done()) return at < 500 ? "at once" : `after ${Math.round(at / 1000)} s`;
    if (Date.now() - started >= patienceMs) return undefined;
    await pause(Math.min(5_000, Math.max(200, patienceMs / 20)));
  }
}

/** Contains ids and states only, because names may identify people. */
function describe(value: Outcome["value"]): string {
  const shown = [
    "appId",
    "connectorId",
    "catalogId",
    "status",
    "roleSlug",
    "alreadyOwner",
    "visible",
    "unchecked",
  ];
  const parts = shown
    .filter((key) => value[key] !== undefined)
    .map((key) => `${key} ${JSON.stringify(value[key])}`);
  return parts.join(", ") || "ok";
}
