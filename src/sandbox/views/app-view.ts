import type { AppRow } from "../state.ts";

/**
 * An App as the API shows it. `appOwners` stays empty, because only the owner calls return owners. An unset `appUserMapper` is
 * omitted, because the vendor's TypeScript SDK 1.2.2 rejects null there.
 */
export function showApp(app: AppRow) {
  return {
    id: app.id,
    displayName: app.displayName,
    description: app.description,
    instructions: app.instructions,
    grantPolicyId: app.grantPolicyId,
    revokePolicyId: app.revokePolicyId,
    certifyPolicyId: app.certifyPolicyId,
    identityMatching: app.identityMatching,
    monthlyCostUsd: app.monthlyCostUsd,
    strictAccessEntitlementProvisioning: app.strictAccessEntitlementProvisioning,
    annotations: app.annotations,
    matchBatonRef: app.matchBatonRef,
    appOwners: null,
    accessModel: "APP_ACCESS_MODEL_CLASSIC",
    appAccountId: "",
    appAccountName: "",
    connectorVersion: 0,
    defaultRequestCatalogId: "",
    enableConnectorSourcedOwnership: false,
    fieldMask: null,
    iconUrl: "",
    isDirectory: app.isDirectory,
    isManuallyManaged: false,
    logoUri: "",
    parentAppId: "",
    revokeGrantSources: false,
    userCount: String(app.userCount),
    createdAt: app.createdAt,
    updatedAt: app.createdAt,
    deletedAt: app.deletedAt,
  };
}
