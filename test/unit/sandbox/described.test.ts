import { expect, it } from "vitest";
import { z } from "zod/v3";
import { APPS, CONNECTORS } from "../../../src/sandbox/seed.ts";
import { call, OKTA_V2, oktaConfig, openSandbox } from "./harness.ts";

/*
 * Compares apps and connectors with the published API description, field by field: none is missing, none is invented. Stricter in
 * one point: the description allows null for fields in `unset`, but the vendor's TypeScript SDK 1.2.2 rejects it.
 */
const time = z.string().datetime().nullable();
const texts = z.array(z.string()).nullable();
const unset = z.undefined();

const app = z
  .object({
    id: z.string(),
    displayName: z.string(),
    description: z.string(),
    instructions: z.string(),
    grantPolicyId: z.string(),
    revokePolicyId: z.string(),
    certifyPolicyId: z.string(),
    identityMatching: z.string(),
    monthlyCostUsd: z.number().int(),
    strictAccessEntitlementProvisioning: z.boolean(),
    annotations: z.record(z.string()),
    matchBatonRef: z.object({}).passthrough().nullable(),
    appOwners: z.array(z.unknown()).nullable(),
    appUserMapper: unset,
    accessModel: z.string(),
    appAccountId: z.string(),
    appAccountName: z.string(),
    connectorVersion: z.number().int(),
    defaultRequestCatalogId: z.string(),
    enableConnectorSourcedOwnership: z.boolean(),
    fieldMask: z.string().nullable(),
    iconUrl: z.string(),
    isDirectory: z.boolean(),
    isManuallyManaged: z.boolean(),
    logoUri: z.string(),
    parentAppId: z.string(),
    revokeGrantSources: z.boolean(),
    userCount: z.string().regex(/^\d+$/),
    createdAt: time,
    updatedAt: time,
    deletedAt: time,
  })
  .strict();

const STATUSES = ["UNSPECIFIED", "RUNNING", "DONE", "ERROR", "DISABLED"].map((name) => `SYNC_STATUS_${name}`);
const connector = z
  .object({
    id: z.string(),
    appId: z.string(),
    catalogId: z.string(),
    displayName: z.string(),
    description: z.string(),
    userIds: texts,
    config: z
      .object({ "@type": z.string(), configuration: z.record(z.unknown()) })
      .strict()
      .nullable(),
    configUpdatedAt: z.string().datetime().optional(),
    status: z
      .object({
        status: z.string().refine((status) => STATUSES.includes(status)),
        startedAt: time,
        completedAt: time,
        updatedAt: time,
        lastError: z.string(),
      })
      .strict(),
    canResumeSync: z.boolean(),
    connectorApiVersion: z.number().int(),
    connectorSyncCronSchedule: unset,
    disableCheckBadSync: z.boolean(),
    downloadUrl: z.string(),
    oauthAuthorizedAs: z.null(),
    parallelSyncWorkerCount: z.number().int().nullable(),
    profileAllowList: texts,
    profileIgnoreList: texts,
    syncConfig: unset,
    syncDisabledAt: time,
    syncDisabledCategory: z.string(),
    syncDisabledReason: z.string(),
    createdAt: time,
    updatedAt: time,
    deletedAt: time,
  })
  .strict();

const connectorView = z
  .object({ connector, appPath: z.string(), capabilitiesPath: z.string(), usersPath: z.string() })
  .strict();
const expanded = z.array(z.object({ "@type": z.string() }).passthrough());
const oneApp = z.object({ app }).strict();
const apps = z.object({ list: z.array(app).min(5), nextPageToken: z.string() }).strict();
const oneConnector = z.object({ connectorView, expanded }).strict();
const connectors = z
  .object({ list: z.array(connectorView).min(1), expanded, nextPageToken: z.string() })
  .strict();

const { hrOkta, github, wiki } = CONNECTORS;
const base = (appId: string) => `/api/v1/apps/${appId}/connectors`;
const updated = { connector: { config: oktaConfig }, updateMask: "config" };

const ANSWERS: [operation: string, shape: z.ZodTypeAny, path: string, body?: object][] = [
  ["apps.list", apps, "/api/v1/apps"],
  ["apps.search", apps, "/api/v1/search/apps", {}],
  ["apps.get", oneApp, `/api/v1/apps/${APPS.hr.id}`],
  ["apps.create", oneApp, "/api/v1/apps", { displayName: "Described" }],
  ["connectors.list", connectors, base(hrOkta.appId)],
  ["connectors.get", oneConnector, `${base(github.appId)}/${github.id}`],
  ["connectors.get", oneConnector, `${base(wiki.appId)}/${wiki.id}`],
  [
    "connectors.create",
    oneConnector,
    `${base(APPS.slack.id)}/create`,
    { catalogId: OKTA_V2, config: oktaConfig },
  ],
  ["connectors.createDelegated", oneConnector, base(APPS.slack.id), { catalogId: OKTA_V2 }],
  ["connectors.update", oneConnector, `${base(hrOkta.appId)}/${hrOkta.id}`, updated],
  ["connectors.forceSync", z.object({}).strict(), `${base(hrOkta.appId)}/${hrOkta.id}/force_sync`, {}],
];

it.each(ANSWERS)("%s responds as the API description says", async (operation, shape, path, body) => {
  const sandbox = await openSandbox();
  const { status, json } = await call(sandbox, body === undefined ? "GET" : "POST", path, body);
  expect([status, sandbox.requests.at(-1)?.operation]).toEqual([200, operation]);
  expect(shape.safeParse(json).error?.issues).toBeUndefined();
});

it("a connector shows since when it has its config, if it has one", async () => {
  const sandbox = await openSandbox();
  const read = async ({ appId, id }: { appId: string; id: string }) =>
    (await call(sandbox, "GET", `${base(appId)}/${id}`)).json.connectorView.connector;
  expect(await read(hrOkta)).toHaveProperty("configUpdatedAt", "2024-03-04T11:30:00Z");
  expect(await read(wiki)).not.toHaveProperty("configUpdatedAt");
});
