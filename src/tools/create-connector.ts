import { z } from "zod/v3";
import { type Connector, ID } from "../c1/port.ts";
import type { ConnectorType } from "../connector-types/table.ts";
import { Failure } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { cleanText, quoteForeign } from "../text.ts";
import { connectionOf, connectionWord, dateSync } from "./connection.ts";
import { askedIn, type BuiltConfig, buildConfig } from "./connector-config/build.ts";
import { configTexts, maskBody } from "./connector-config/mask.ts";
import { readSpec } from "./connector-config/read-spec.ts";
import { requireKnownType } from "./connector-config/require-type.ts";
import { resolveType } from "./connector-config/resolve-type.ts";
import { isShownAsSent, tellOthers } from "./connector-config/same.ts";
import type { TypeSpec } from "./connector-config/spec.ts";
import { howToApply, howToMend, whatIsLeft } from "./connector-next.ts";
import { defineWrite } from "./define.ts";
import {
  configMap,
  createResult,
  dryRun,
  ifExists,
  name,
  nameOrId,
  prose,
  syncSeconds,
  userRefs,
} from "./fields.ts";
import type { Run } from "./job.ts";
import type { Existing } from "./named.ts";
import { noteOwners } from "./note-owners.ts";
import { resolveApp, type Target } from "./resolve-app.ts";
import { findConnectorsOfType } from "./resolve-connector.ts";
import { labels, type Person, resolvePeople } from "./resolve-people.ts";
import { failWith, settleAll } from "./settle-all.ts";
import { describeConnection, watchConfig, watchSync } from "./watch-sync.ts";

const input = z
  .object({
    appId: nameOrId,
    catalogId: nameOrId.describe("Type: id, slug or name"),
    displayName: name.describe("Only without config").optional(),
    description: prose.optional(),
    userIds: userRefs.describe("Owners: ids or e-mails").optional(),
    config: configMap
      .describe(
        'Plain map of field keys; secrets as {"ask": true} (a person types it) or {"secretRef": NAME}',
      )
      .optional(),
    ifExists,
    waitSeconds: syncSeconds,
    dryRun,
  })
  .strict();

const output = z.object({
  ...createResult,
  appId: z.string().optional(),
  connectorId: z.string().optional(),
  catalogId: z.string().optional(),
  connection: connectionWord.optional(),
  lastError: z.string().optional(),
});

/** `POST /api/v1/apps/{app_id}/connectors/create`, or without a config the delegated create one level up. */
export const createConnector = defineWrite({
  name: "create_connector",
  title: "Create connector",
  description:
    "Create a new connector: add a connector of a type to an app, or set up, install or link one to connect or integrate the app. Without config a person finishes it in the C1 console.",
  effect: "create",
  roles: { names: ["Connector Admin", "Super Admin"] },
  input,
  output,
  sensitive: ({ config }) => configTexts(config),
  async plan(args, run) {
    const { config } = args;
    if (config && args.displayName !== undefined) {
      throw new Failure("invalid_arguments", "displayName: C1 names configured connectors itself.", {
        next: "Leave displayName out, or leave config out.",
      });
    }
    const { catalogId, type } = await resolveType("catalogId", args.catalogId).catch((error: unknown) =>
      failWith(error, lookUpNames(args, run)),
    );
    const [app, people, spec] = await settleAll([
      resolveApp(args.appId, run),
      args.userIds && resolvePeople("userIds", args.userIds, run),
      readTypeSpec(catalogId, type, config !== undefined, run),
    ]);
    const built = config && (await buildConfig(config, spec, run));
    const userIds = people?.map((person) => person.id);
    const common = { appId: app.id, catalogId, description: args.description, userIds };
    const write = built
      ? run.api.connectors.create({ ...common, config: built.envelope })
      : run.api.connectors.createDelegated({ ...common, displayName: args.displayName ?? nameOf(spec) });
    const label = cleanText(spec.label, 80);
    const facts: Facts = { app, spec, people, built, run };
    return {
      targets: {
        appId: app.id,
        catalogId,
        ...(args.displayName !== undefined && { displayName: args.displayName }),
        ...(userIds && { userIds }),
      },
      intent: `Create ${config ? "and configure" : "without configuration"} a connector of type ${label} in ${app.label}${people?.length ? ` with integration owners ${labels(people)}` : ""}`,
      request: write.request,
      ...(built && {
        shownBody: maskBody(write.request.body, built.shown),
        askedBody: maskBody(write.request.body, built.readable),
        ...askedIn(built, (config) => maskBody(write.request.body, config)),
      }),
      named: [app, ...(people ?? []), { id: catalogId, name: spec.name, note: type ? undefined : UNKNOWN }],
      ifUnknown: `Look in C1 at the connectors of ${app.label} for a new ${spec.name === undefined ? "connector of this type" : label} before trying again.`,
      dryRun: args.dryRun ?? false,
      guard: {
        key: JSON.stringify(["connector", app.id, catalogId]),
        what: "connectors of the app",
        existsAlready: `The app has a connector of type ${label} already`,
        ifExists: args.ifExists,
        find: (call) => findConnectorsOfType(app.id, catalogId, run, call),
        isSent: (found: Connector & Existing) =>
          isSameConnector(write.request.body, found) && (!built || isShownAsSent(built.envelope, found)),
        mend: (found: Connector & Existing) => (config ? howToMend(connectionOf(found), run) : undefined),
        idKey: "connectorId",
        describe(found: Connector & Existing, how) {
          const shown = describe(found, { ...facts, people: found.userIds && facts.people });
          if (how === "recovered") return { ...shown, recovered: true };
          const notApplied = (["displayName", "description", "userIds", "config"] as const).filter(
            (field) => args[field] !== undefined,
          );
          return {
            ...shown,
            ...(connectionOf(found) !== "waiting_for_config" && describeConnection(found, run.call)),
            summary: `Reused ${found.label}; nothing was sent to ${run.tenant}.`,
            existing: true,
            ...(notApplied.length > 0 && { notApplied, next: howToApply(notApplied) }),
          };
        },
      },
      send: async (call) => describe(await write.send(call), facts),
      async after({ connectorId }, run) {
        if (connectorId === undefined || !people) return;
        await noteOwners({ appId: app.id, connectorId }, people, run);
      },
      wait: { seconds: args.waitSeconds },
    };
  },
  watch: watchSync(dateSync),
  watchConfig: watchConfig({ isNew: true }),
});

/** What else may be wrong if the type is. An id is hardly a typo, and not worth a request for a call that fails anyway. */
function lookUpNames({ appId, userIds = [] }: z.infer<typeof input>, run: Run): Promise<unknown>[] {
  return [
    ...(ID.test(appId) ? [] : [resolveApp(appId, run)]),
    ...(userIds.every((ref) => ID.test(ref)) ? [] : [resolvePeople("userIds", userIds, run)]),
  ];
}

/** Without a config, gaps in what is known about it do not matter and are not reported. */
async function readTypeSpec(
  catalogId: string,
  type: ConnectorType | undefined,
  hasConfig: boolean,
  run: Run,
): Promise<TypeSpec> {
  const told = hasConfig ? run : { ...run, unchecked: [] };
  if (type) return readSpec(catalogId, type, told);
  const spec = await readSpec(catalogId, undefined, told, "catalogId");
  await requireKnownType("catalogId", catalogId, run);
  return spec;
}

/** Our table contains the vendor's own types; any other is known only to the tenant. */
const UNKNOWN = "a type that this server does not know";

/** What the plan established and the result reports. */
interface Facts {
  readonly app: Target;
  readonly spec: TypeSpec;
  readonly people: readonly Person[] | undefined;
  readonly built: BuiltConfig | undefined;
  readonly run: Run;
}

function describe(connector: Connector, facts: Facts) {
  const { app, spec, people, built, run } = facts;
  // C1 may repeat what it was sent in any text.
  const show = (text: string) => quoteForeign(run.call.mask?.(text) ?? text, 120);
  const connectorName =
    connector.displayName === undefined
      ? quoteForeign(spec.name ?? connector.id, 120)
      : show(connector.displayName);
  const appLabel = connector.appName === undefined ? app.label : `app ${show(connector.appName)}`;
  const owners = people?.length ? `, integration owners: ${labels(people)}` : "";
  return {
    summary: `Created connector ${connectorName} in ${appLabel} of ${run.tenant}${owners}${built ? tellOthers(built.envelope, spec, connector) : ""}.`,
    tenant: run.tenant,
    appId: app.id,
    connectorId: connector.id,
    catalogId: connector.catalogId ?? spec.catalogId,
    connection: connectionOf(connector) ?? (built ? "syncing" : "waiting_for_config"),
    next: `add_connector_user_owner; ${whatIsLeft(built, spec, run)}`,
  };
}

/**
 * Whether a listed connector matches what was sent, apart from its config. With a config, C1 chooses the name; without owners, C1
 * may make the caller one.
 */
function isSameConnector({ displayName, description, userIds }: JsonObject, shown: Connector): boolean {
  const isNamed = displayName === undefined || displayName === shown.displayName;
  const isOwned = !Array.isArray(userIds) || !shown.userIds || isSameSet(shown.userIds, userIds);
  return isNamed && isOwned && (description ?? "") === (shown.description ?? "");
}

function isSameSet(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((item) => others.includes(item));
}

/** C1 requires a name here; its own Terraform provider sends the type's. */
function nameOf({ name, catalogId }: TypeSpec): string {
  if (name !== undefined) return cleanText(name, 120);
  throw new Failure(
    "invalid_arguments",
    `displayName: is required, because the name of the type ${catalogId} is not known.`,
    { next: "Give the connector a name." },
  );
}
