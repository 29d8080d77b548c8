import type { PolicyRow } from "../state.ts";

/** A Policy as the API shows it; the sandbox stores no steps. */
export function showPolicy(policy: PolicyRow) {
  return {
    id: policy.id,
    displayName: policy.displayName,
    description: policy.description,
    policyType: policy.policyType,
    policySteps: {},
    postActions: [],
    rules: null,
    annotations: {},
    baselinePolicyId: "",
    reassignTasksToDelegates: false,
    scope: policy.scope,
    systemBuiltin: policy.systemBuiltin,
    createdAt: policy.createdAt,
    updatedAt: policy.createdAt,
    deletedAt: policy.deletedAt,
  };
}
