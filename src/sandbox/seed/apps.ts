import type { AppRow } from "../state.ts";
import { POLICIES } from "./policies.ts";

type App = Pick<AppRow, "id" | "displayName"> & Partial<AppRow>;

function app(fields: App): AppRow {
  return {
    description: "",
    instructions: "",
    grantPolicyId: "",
    revokePolicyId: "",
    certifyPolicyId: "",
    identityMatching: "APP_USER_IDENTITY_MATCHING_STRICT",
    monthlyCostUsd: 0,
    strictAccessEntitlementProvisioning: false,
    annotations: {},
    matchBatonRef: null,
    entitlementOwners: [],
    isDirectory: false,
    userCount: 0,
    createdAt: "2024-03-01T08:00:00Z",
    deletedAt: null,
    visibleAt: 0,
    ...fields,
  };
}

/** The tenant's apps: two share a name, one is deleted. */
export const APPS = {
  hr: app({
    id: "2lGIUK2jAaY37lX5PrBngg9KGoo",
    displayName: "Acme HR",
    description: "People records and leave.",
    grantPolicyId: POLICIES.managerApproval.id,
    revokePolicyId: POLICIES.revoke.id,
    certifyPolicyId: POLICIES.certify.id,
    monthlyCostUsd: 12,
    userCount: 412,
  }),
  finance: app({
    id: "2ljiguO6z0uu4pSkrKyKEsjV0r8",
    displayName: "Acme Finance",
    description: "General ledger.",
    userCount: 37,
  }),
  financeAgain: app({
    id: "2mD8tVa8bngENytZ9doDyH7rWRh",
    displayName: "Acme Finance",
    description: "Expenses, for the subsidiary.",
    userCount: 9,
  }),
  directory: app({
    id: "2mgZ5zLuTn7pAVEQz33RFtOupWw",
    displayName: "Okta",
    description: "The company directory.",
    isDirectory: true,
    userCount: 980,
  }),
  github: app({ id: "2n9zIbgYiOcF1AJoc65jb0LI6v5", displayName: "GitHub", userCount: 143 }),
  wiki: app({ id: "2ndPV9m6Yb9u3bCXMDFuB3iBCk3", displayName: "Acme Wiki", userCount: 980 }),
  salesforce: app({
    id: "2o6phgG5btkMx2lKiGK6ylGLdbL",
    displayName: "Salesforce",
    monthlyCostUsd: 75,
    userCount: 64,
  }),
  deleted: app({
    id: "2oaFuMndNmOhKAjvkWiwqF7LcGs",
    displayName: "Legacy Payroll",
    deletedAt: "2025-04-01T00:00:00Z",
  }),
  slack: app({ id: "2p3g6vOKe9UtkQNho8yPqsjEEGg", displayName: "Slack", userCount: 955 }),
} satisfies Record<string, AppRow>;
