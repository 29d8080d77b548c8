import { z } from "zod/v3";
import {
  entitlementRefs,
  enumText,
  flag,
  ids,
  int32,
  optionalId,
  readFields,
  requiredId,
  text,
} from "../fields.ts";
import { mintId } from "../ids.ts";
import { invalidArgument } from "../problems.ts";
import type { AppRow, PolicyType } from "../state.ts";
import { type Call, type Tenant, timestamp } from "../tenant.ts";
import { showApp } from "../views/app-view.ts";
import { checkAnnotations } from "./check-annotations.ts";
import { requireEntitlementApps, requirePeople } from "./references.ts";

const MAX_OWNERS = 32;
const UNSPECIFIED = "APP_USER_IDENTITY_MATCHING_UNSPECIFIED";
const IDENTITY_MATCHING = [
  UNSPECIFIED,
  "APP_USER_IDENTITY_MATCHING_STRICT",
  "APP_USER_IDENTITY_MATCHING_DISPLAY_NAME",
  "APP_USER_IDENTITY_MATCHING_CUSTOM",
];

const shape = z
  .object({
    displayName: z.string().min(1, "value length must be at least 1 characters"),
    description: text,
    instructions: text,
    grantPolicyId: optionalId,
    revokePolicyId: optionalId,
    certifyPolicyId: optionalId,
    identityMatching: enumText(IDENTITY_MATCHING, UNSPECIFIED),
    monthlyCostUsd: int32,
    strictAccessEntitlementProvisioning: flag,
    owners: ids.refine(
      (owners) => owners.length <= MAX_OWNERS,
      `value must contain at most ${MAX_OWNERS} items`,
    ),
    appEntitlementOwnerRefs: entitlementRefs.refine(
      (refs) => refs.length <= MAX_OWNERS,
      `value must contain at most ${MAX_OWNERS} items`,
    ),
    annotations: z
      .record(z.string())
      .nullish()
      .transform((value) => value ?? {}),
    matchBatonRef: z
      .object({
        appId: requiredId,
        connectorId: requiredId,
        externalId: z.string().regex(/^[^:]+::.+$/, "value must be <resource type>::<resource id>"),
      })
      .strict()
      .nullish()
      .transform((value) => value ?? null),
  })
  .strict();

/** Creates an app. Names need not be unique: the same name again creates a second app. */
export function createApp(call: Call) {
  const { tenant, caller } = call;
  const { owners, appEntitlementOwnerRefs, ...fields } = readFields(call, "CreateAppRequest", shape);
  checkAnnotations(fields.annotations);
  if (fields.matchBatonRef !== null && owners.length + appEntitlementOwnerRefs.length > 0) {
    throw invalidArgument("invalid CreateAppRequest.matchBatonRef: owners must be empty");
  }
  checkReferences(tenant, fields, owners);
  requireEntitlementApps(tenant.state, appEntitlementOwnerRefs);
  const now = tenant.clock.now();
  const app: AppRow = {
    ...fields,
    id: mintId(now),
    entitlementOwners: appEntitlementOwnerRefs,
    isDirectory: false,
    userCount: 0,
    createdAt: timestamp(tenant),
    deletedAt: null,
    visibleAt: now + tenant.delays.objectMs,
  };
  tenant.state.apps.push(app);
  // The caller automatically becomes an owner, and owners become visible only after a delay.
  for (const userId of new Set([caller.userId, ...owners])) {
    tenant.state.appOwners.push({ appId: app.id, userId, visibleAt: now + tenant.delays.appOwnerMs });
  }
  return { app: showApp(app) };
}

interface References {
  grantPolicyId: string;
  revokePolicyId: string;
  certifyPolicyId: string;
  matchBatonRef: AppRow["matchBatonRef"];
}

/** How the real API responds to a policy of the wrong type or a missing person is not known; here with 400. */
function checkReferences({ state }: Tenant, fields: References, owners: readonly string[]): void {
  requirePeople(state, "CreateAppRequest.owners", owners);
  const policies: [field: string, id: string, type: PolicyType][] = [
    ["grantPolicyId", fields.grantPolicyId, "POLICY_TYPE_GRANT"],
    ["revokePolicyId", fields.revokePolicyId, "POLICY_TYPE_REVOKE"],
    ["certifyPolicyId", fields.certifyPolicyId, "POLICY_TYPE_CERTIFY"],
  ];
  for (const [field, id, type] of policies) {
    if (id === "") continue;
    const policy = state.policies.find((candidate) => candidate.id === id && candidate.deletedAt === null);
    if (policy === undefined) throw invalidArgument(`invalid CreateAppRequest.${field}: policy not found`);
    if (policy.policyType !== type) {
      throw invalidArgument(`invalid CreateAppRequest.${field}: policy is not of type ${type}`);
    }
  }
  const { matchBatonRef } = fields;
  const isKnown = state.connectors.some(
    ({ id, appId }) => id === matchBatonRef?.connectorId && appId === matchBatonRef.appId,
  );
  if (matchBatonRef !== null && !isKnown) {
    throw invalidArgument("invalid CreateAppRequest.matchBatonRef: connector not found");
  }
}
