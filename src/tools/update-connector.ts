import { z } from "zod/v3";
import type { Call, Connector, ConnectorRef } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import {
  connectionOf,
  connectionWord,
  dateSyncStart,
  hasSyncedWell,
  hasTriedFormerConfig,
} from "./connection.ts";
import { askedIn, buildConfig } from "./connector-config/build.ts";
import { listChanges, showToCallers } from "./connector-config/changes.ts";
import { configTexts, maskBody, maskSecrets } from "./connector-config/mask.ts";
import { readSpec } from "./connector-config/read-spec.ts";
import { resolveType } from "./connector-config/resolve-type.ts";
import { isSameConfig, tellOthers } from "./connector-config/same.ts";
import { requireWhole, splitUnset } from "./connector-config/whole.ts";
import { defineWrite } from "./define.ts";
import { configMap, dryRun, nameOrId, syncSeconds, writeResult } from "./fields.ts";
import type { Run } from "./job.ts";
import type { Existing } from "./named.ts";
import type { Reading } from "./read-all.ts";
import { resolvePlace } from "./resolve-connector.ts";
import { watchConfig, watchSync } from "./watch-sync.ts";

const input = z
  .object({
    appId: nameOrId,
    connectorId: nameOrId,
    config: configMap.describe("The whole config with its secrets; null: not set"),
    replaceWorking: z.boolean().describe("Needed where it works").optional(),
    waitSeconds: syncSeconds,
    dryRun,
  })
  .strict();

const output = z.object({
  ...writeResult,
  appId: z.string().optional(),
  connectorId: z.string().optional(),
  changes: z.array(z.string()).optional(),
  connection: connectionWord.optional(),
  lastError: z.string().optional(),
});

/** `POST /api/v1/apps/{app_id}/connectors/{id}` with the mask "config" */
export const updateConnector = defineWrite({
  name: "update_connector",
  title: "Update connector",
  description:
    "Change, correct, fix, repair or replace the config (credentials, token, settings) of an existing connector that failed or has none; that never needs a second connector.",
  effect: "replace",
  roles: { names: ["Connector Admin", "Super Admin"], connectorOwners: true },
  input,
  output,
  sensitive: ({ config }) => configTexts(config),
  async plan({ appId, connectorId, config, replaceWorking = false, waitSeconds, dryRun = false }, run) {
    const { app, connector } = await resolvePlace(appId, connectorId, run);
    const place = { appId: app.id, connectorId: connector.id };
    const before = connector.shown ?? (await run.api.connectors.get(app.id, connector.id, run.call));
    const works = isWorking(before) && !run.mayBeDone;
    if (works && !replaceWorking) throw refuseWorking(connector.label);
    const { catalogId, spec } = await readType(before, connector.label, run);
    const whole = splitUnset(config);
    const shown = before.configShown && maskSecrets(before.configShown, spec);
    const built = await buildConfig(whole.set, spec, run, "update", shown);
    requireWhole(whole, spec, built.group, { ...before, ...(shown && { configShown: shown }) });
    const write = run.api.connectors.update({ ...place, catalogId, config: built.envelope });
    const where = `${connector.label} of ${app.label}`;
    const changes = listChanges(built.readable, shown, whole.unset);
    const summary = `${works ? "Replaced the working" : "Updated the"} config of ${where} in ${run.tenant}`;
    const result = {
      summary: `${summary}.`,
      tenant: run.tenant,
      ...place,
      next: "sync_connector with waitSeconds, to see whether C1 can work with it",
    };
    return {
      targets: {
        ...place,
        catalogId,
        ...(works && { replaces: "working config" }),
        settings: changes
          .map(({ key }) => key)
          .filter((key) => spec.fields.some((field) => field.key === key)),
      },
      intent: `Update the config of ${where}`,
      ...(works && { caution: "This connector works now, and its config will be replaced." }),
      changes,
      shownChanges: listChanges(built.readable, shown, whole.unset, showToCallers(spec)),
      request: write.request,
      shownBody: maskConnector(write.request.body, built.shown),
      askedBody: maskConnector(write.request.body, built.readable),
      ...askedIn(built, (config) => maskConnector(write.request.body, config)),
      named: [app, connector, { id: catalogId, name: spec.name }],
      dryRun,
      ifUnknown: "Look with find_connectors how the connector stands; the same update again does no harm.",
      guard: {
        key: JSON.stringify(["config", place]),
        what: "config of the connector",
        existsAlready: "It has that config",
        ifExists: "repeat",
        find: (call) => findUpdate(before, place, run, call),
        isSent: (found: Connector & Existing) => isSameConfig(built.envelope, spec, found),
        describe: () => ({ ...result, recovered: true }),
      },
      async recheck(call) {
        const now = await run.api.connectors.get(place.appId, place.connectorId, call);
        if (isChanged(now, before)) throw refuseChanged(connector.label);
        if (isWorking(now) && !works)
          throw replaceWorking ? refuseRecovered(connector.label) : refuseWorking(connector.label);
      },
      async send(call) {
        const answered = await write.send(call);
        if (isStale(answered, before) && !isSameConfig(built.envelope, spec, answered)) throw refuseStale();
        const others = tellOthers(built.envelope, spec, answered, unsetValues(before, whole.unset));
        return { ...result, summary: `${summary}${others}.` };
      },
      wait: { seconds: waitSeconds, since: dateSyncStart(before) },
    };
  },
  // A sync that was under way tried the former config, and so did one that began between the look and the write.
  watch: watchSync(dateSyncStart, { isOther: hasTriedFormerConfig }),
  watchConfig: watchConfig({ isNew: false }),
});

/** Whether the connector works: its last sync succeeded, or something that is not a failure followed one that did. */
function isWorking(connector: Connector): boolean {
  const word = connectionOf(connector);
  return word === "connected" || ((word === "syncing" || word === undefined) && hasSyncedWell(connector));
}

function refuseWorking(label: string): Failure {
  return new Failure("invalid_arguments", `replaceWorking: must be true, because ${label} works.`, {
    next: "Leave it as it is, or ask whether its config is to be replaced all the same.",
  });
}

/** What was said of this update, to a person or in its record, is not true any more. */
function refuseRecovered(label: string): Failure {
  return new Failure(
    "unavailable",
    `The config of ${label} works now, which it did not when this call was prepared.`,
    {
      next: "Leave it as it is, or ask whether its config is to be replaced all the same, and call again.",
    },
  );
}

/** Whether the config is another one now. A replica of C1 that lags behind shows an older one. */
function isChanged({ configUpdatedAt: now = "" }: Connector, { configUpdatedAt: before = "" }: Connector) {
  return now !== before && !(Date.parse(now) <= Date.parse(before));
}

/** If the response of this call were lost, the other change could pass for it. */
function refuseChanged(label: string): Failure {
  return new Failure("unavailable", `The config of ${label} was changed while this call was prepared.`, {
    next: "Look with find_connectors whether the connector works now, before you change it again.",
  });
}

/** The type determines which fields exist, and which of them are secrets. */
async function readType({ catalogId }: Connector, label: string, run: Run) {
  if (catalogId === undefined) {
    throw new Failure(
      "unavailable",
      `C1 does not show the type of ${label}, without which a config cannot be checked.`,
      { next: "Enter the config in the C1 console." },
    );
  }
  const { type } = await resolveType("connectorId", catalogId);
  return { catalogId, spec: await readSpec(catalogId, type, run) };
}

function unsetValues({ configShown = new Map() }: Connector, unset: readonly string[]): Map<string, string> {
  return new Map([...configShown].filter(([key]) => unset.includes(key)));
}

/** The request body with another config in place of the real one. */
function maskConnector(body: JsonObject, shown: JsonObject): JsonObject {
  return { ...body, connector: maskBody(body.connector as JsonObject, shown) };
}

/** The connector, if its config was changed since it was read. */
async function findUpdate(
  before: Connector,
  { appId, connectorId }: ConnectorRef,
  { api }: Run,
  call: Call,
): Promise<Reading<Connector & Existing>> {
  const now = await api.connectors.get(appId, connectorId, call);
  if (now.configUpdatedAt === undefined || now.configUpdatedAt === before.configUpdatedAt)
    return { items: [] };
  return { items: [{ ...now, label: `config of ${now.configUpdatedAt}`, createdAt: now.configUpdatedAt }] };
}

/** Whether a response shows the time of the previous config. C1 may truncate times to the second. */
function isStale({ configUpdatedAt }: Connector, before: Connector): boolean {
  return configUpdatedAt !== undefined && configUpdatedAt === before.configUpdatedAt;
}

function refuseStale(): Failure {
  return new Failure("outcome_unknown", "C1 answered with the config that was there before.", {
    changed: "maybe",
  });
}
