import { z } from "zod/v3";
import type { Connector } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { buildEnvelope, configTexts } from "./config-envelope.ts";
import { defineWrite, type Existing, type Run } from "./define.ts";
import { createResult, dryRun, id, ifExists, name, prose, userRefs } from "./fields.ts";
import { labels, type Person, resolvePeople } from "./resolve.ts";
import { findConnectorsOfType } from "./resolve-connector.ts";

const input = z
  .object({
    appId: id,
    catalogId: id.describe("Connector type"),
    displayName: name.describe("Only without config").optional(),
    description: prose.optional(),
    userIds: userRefs.describe("Integration owners: user ids or e-mails").optional(),
    config: z
      .record(z.unknown())
      .describe("Plain map of the type's field keys; omit it to let a person finish the set-up in C1")
      .optional(),
    ifExists,
    dryRun,
  })
  .strict();

const output = z.object({
  ...createResult,
  appId: z.string().optional(),
  connectorId: z.string().optional(),
  catalogId: z.string().optional(),
  status: z.string().optional(),
});

type Input = z.infer<typeof input>;

/** `POST /api/v1/apps/{app_id}/connectors/create`, or without a config the delegated create one level up. */
export const createConnector = defineWrite({
  name: "create_connector",
  title: "Create connector",
  description:
    "Create a connector in an app: with config ready to sync, without it for a person to finish in the C1 console. Next: add_connector_user_owner.",
  effect: "create",
  roles: "C1 documents this for Connector Admin and Super Admin. Ask a C1 administrator for the role.",
  input,
  output,
  sensitive: ({ config }) => configTexts(config),
  async plan(args, run) {
    const { config, catalogId, appId } = args;
    if (config && args.displayName !== undefined) {
      throw new Failure("invalid_arguments", "displayName: C1 names configured connectors itself.", {
        next: "Leave displayName out, or leave config out.",
      });
    }
    const typeName = await findTypeName(catalogId);
    const envelope = config && buildEnvelope(config);
    const people = args.userIds && (await resolvePeople("userIds", args.userIds, run));
    const common = { appId, catalogId, description: args.description, userIds: people?.map(({ id }) => id) };
    const write = envelope
      ? run.api.connectors.create({ ...common, config: envelope })
      : run.api.connectors.createDelegated({ ...common, displayName: delegatedName(args, typeName) });
    return {
      targets: { appId, catalogId, ...(people && { userIds: people.map((person) => person.id) }) },
      intent: `Create ${config ? "and configure" : "without configuration"} a connector of type ${typeName ?? catalogId} in app ${appId}${people?.length ? ` with integration owners ${labels(people)}` : ""}`,
      request: write.request,
      ifUnknown: `Look in C1 at the connectors of app ${appId} for a new ${typeName ?? "connector of this type"} before trying again.`,
      dryRun: args.dryRun ?? false,
      guard: {
        key: JSON.stringify(["connector", appId, catalogId]),
        what: "connectors of the app",
        existsAlready: `The app has a connector of type ${typeName ?? catalogId} already`,
        ifExists: args.ifExists,
        find: (call) => findConnectorsOfType(appId, catalogId, run.api, call),
        describe(found: Connector & Existing, how) {
          const shown = describe(args, typeName, people, found, run);
          if (how === "recovered") return { ...shown, recovered: true };
          const notApplied = (["displayName", "description", "userIds", "config"] as const).filter(
            (field) => args[field] !== undefined,
          );
          return {
            ...shown,
            summary: `Reused ${found.label}; nothing was sent to ${run.tenant}.`,
            existing: true,
            ...(notApplied.length > 0 && { notApplied }),
          };
        },
      },
      send: async (call) => describe(args, typeName, people, await write.send(call), run),
    };
  },
});

function describe(
  { appId, catalogId, config }: Input,
  typeName: string | undefined,
  people: readonly Person[] | undefined,
  connector: Connector,
  run: Run,
) {
  const connectorName = cleanText(connector.displayName ?? typeName ?? connector.id, 120);
  const appName =
    connector.appName === undefined ? `app ${appId}` : `app "${cleanText(connector.appName, 120)}"`;
  const owners = people?.length ? `, integration owners: ${labels(people)}` : "";
  return {
    summary: `Created connector "${connectorName}" in ${appName} of ${run.tenant}${owners}.`,
    tenant: run.tenant,
    appId,
    connectorId: connector.id,
    catalogId: connector.catalogId ?? catalogId,
    ...(connector.status !== undefined && { status: cleanText(connector.status, 60) }),
    next: config
      ? "add_connector_user_owner; C1 checks the config when it first syncs"
      : "add_connector_user_owner; the owner then enters the credentials in the C1 console",
  };
}

/** C1 wants a name here; its own Terraform provider sends the type's. */
function delegatedName({ displayName, catalogId }: Input, typeName: string | undefined): string {
  if (displayName !== undefined) return displayName;
  if (typeName !== undefined) return typeName;
  throw new Failure(
    "invalid_arguments",
    `displayName: is required, because the type ${catalogId} is not in our table.`,
    {
      next: "Give the connector a name.",
    },
  );
}

async function findTypeName(catalogId: string): Promise<string | undefined> {
  const { findType } = await import("../connector-types/find.ts");
  return findType(catalogId)?.name;
}
