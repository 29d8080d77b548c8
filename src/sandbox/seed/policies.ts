import type { PolicyRow, PolicyType } from "../state.ts";

type Policy = Pick<PolicyRow, "id" | "displayName" | "policyType"> & Partial<PolicyRow>;

function policy(fields: Policy): PolicyRow {
  return {
    description: "",
    scope: null,
    systemBuiltin: false,
    createdAt: "2024-02-06T10:00:00Z",
    deletedAt: null,
    ...fields,
  };
}

const GRANT: PolicyType = "POLICY_TYPE_GRANT";

/** The tenant's policies: two share a name, one is deleted, one applies to a single app. */
export const POLICIES = {
  managerApproval: policy({
    id: "2hwL4IVFYHkB609oc6CFKzs9SXE",
    displayName: "Manager approval",
    description: "The requester's manager approves.",
    policyType: GRANT,
  }),
  twoStep: policy({
    id: "2iPlGt4aZIznrkYaj4Bks2KQjm7",
    displayName: "Two-step approval",
    description: "The manager, then the app owner.",
    policyType: GRANT,
  }),
  twoStepAgain: policy({
    id: "2itBTUTbjXbe7Zd8K8lytwvvkxi",
    displayName: "Two-step approval",
    description: "The manager, then security.",
    policyType: GRANT,
  }),
  revoke: policy({
    id: "2jMbg7SBplBbXomv8SEu28w5smx",
    displayName: "Immediate revocation",
    description: "Access ends at once.",
    policyType: "POLICY_TYPE_REVOKE",
    systemBuiltin: true,
  }),
  certify: policy({
    id: "2jq1scZpyqWR1qormqnmz0rCuCj",
    displayName: "Quarterly review",
    description: "App owners certify each quarter.",
    policyType: "POLICY_TYPE_CERTIFY",
  }),
  deleted: policy({
    id: "2kJS5E3g0ODQtXm5UL2mqPlA5Ey",
    displayName: "Legacy approval",
    policyType: GRANT,
    deletedAt: "2025-01-15T12:00:00Z",
  }),
  scoped: policy({
    id: "2kmsHik1ZDqt37r3aQBMwBVX2PN",
    displayName: "Break-glass approval",
    policyType: GRANT,
    scope: {
      appId: "2lGIUK2jAaY37lX5PrBngg9KGoo",
      appEntitlementId: "",
      slot: "POLICY_SCOPE_SLOT_EMERGENCY",
    },
  }),
} satisfies Record<string, PolicyRow>;
