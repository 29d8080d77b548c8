import { z } from "zod/v3";
import { enumText, flag, idRefs, ids, int32, listOf, optionalId, readFields, text } from "../fields.ts";
import { foldText, rankByQuery } from "../matching.ts";
import { PAGE_QUERY, pageFromBody, pageFromQuery, takePage } from "../paging.ts";
import { notFound } from "../problems.ts";
import type { PolicyRow } from "../state.ts";
import type { Call, Operation } from "../tenant.ts";
import { showPolicy } from "../views/policy-view.ts";

const TYPES = ["UNSPECIFIED", "GRANT", "REVOKE", "CERTIFY", "ACCESS_REQUEST", "PROVISION"].map(
  (type) => `POLICY_TYPE_${type}`,
);
const VIEWS = ["UNSPECIFIED", "GLOBAL", "SCOPED", "ALL", "GLOBAL_AND_OBJECT"].map(
  (view) => `POLICY_SCOPE_VIEW_${view}`,
);
const OBJECT_TYPES = ["UNSPECIFIED", "APP", "ENTITLEMENT"].map((type) => `POLICY_SCOPE_OBJECT_TYPE_${type}`);
const SLOTS = ["UNSPECIFIED", "EMERGENCY"].map((slot) => `POLICY_SCOPE_SLOT_${slot}`);

const searchShape = z
  .object({
    query: text,
    displayName: text,
    policyTypes: listOf(enumText(TYPES, "POLICY_TYPE_UNSPECIFIED")),
    refs: idRefs,
    excludePolicyIds: ids,
    includeDeleted: flag,
    scopeView: enumText(VIEWS, "POLICY_SCOPE_VIEW_UNSPECIFIED"),
    scopeAppId: optionalId,
    scopeAppEntitlementId: optionalId,
    scopeObjectType: enumText(OBJECT_TYPES, "POLICY_SCOPE_OBJECT_TYPE_UNSPECIFIED"),
    scopeSlot: enumText(SLOTS, "POLICY_SCOPE_SLOT_UNSPECIFIED"),
    pageSize: int32,
    pageToken: text,
  })
  .strict();
type Search = z.output<typeof searchShape>;

export const policyOperations: readonly Operation[] = [
  {
    name: "policies.search",
    method: "POST",
    path: "/api/v1/search/policies",
    writes: false,
    run: searchPolicies,
  },
  { name: "policies.get", method: "GET", path: "/api/v1/policies/{id}", writes: false, run: getPolicy },
  {
    name: "policies.list",
    method: "GET",
    path: "/api/v1/policies",
    writes: false,
    query: PAGE_QUERY,
    emptyId: "redirect",
    run: listPolicies,
  },
];

function searchPolicies(call: Call) {
  const search = readFields(call, "SearchPoliciesRequest", searchShape);
  const found = call.tenant.state.policies.filter((policy) => isWanted(policy, search));
  const ranked = rankByQuery(found, search.query, (policy) => [policy.displayName, policy.description]);
  const page = takePage(ranked, pageFromBody("policies.search", search));
  return { list: page.rows.map(showPolicy), nextPageToken: page.nextPageToken };
}

/** Returns deleted policies, too, with their `deletedAt`. */
function getPolicy({ tenant, params }: Call) {
  const policy = tenant.state.policies.find(({ id }) => id === params.id);
  if (policy === undefined) throw notFound();
  return { policy: showPolicy(policy) };
}

function listPolicies(call: Call) {
  const live = call.tenant.state.policies.filter(
    ({ deletedAt, scope }) => deletedAt === null && scope === null,
  );
  const page = takePage(live, pageFromQuery(call, "policies.list"));
  return { list: page.rows.map(showPolicy), nextPageToken: page.nextPageToken };
}

function isWanted(policy: PolicyRow, search: Search): boolean {
  const refs = search.refs.map(({ id }) => id);
  return (
    (refs.length > 0 ? refs.includes(policy.id) : isInScope(policy, search)) &&
    (search.includeDeleted || policy.deletedAt === null) &&
    (search.policyTypes.length === 0 || search.policyTypes.includes(policy.policyType)) &&
    (search.displayName === "" || foldText(policy.displayName) === foldText(search.displayName)) &&
    !search.excludePolicyIds.includes(policy.id)
  );
}

/** Without a view, the search shows only global policies. */
function isInScope({ scope }: PolicyRow, search: Search): boolean {
  const isOfObject =
    (search.scopeAppId === "" || scope?.appId === search.scopeAppId) &&
    (search.scopeAppEntitlementId === "" || scope?.appEntitlementId === search.scopeAppEntitlementId);
  switch (search.scopeView) {
    case "POLICY_SCOPE_VIEW_SCOPED":
      return scope !== null && isOfObject;
    case "POLICY_SCOPE_VIEW_ALL":
      return true;
    case "POLICY_SCOPE_VIEW_GLOBAL_AND_OBJECT":
      return scope === null || isOfObject;
    default:
      return scope === null;
  }
}
