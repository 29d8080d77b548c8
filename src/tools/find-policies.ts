import { z } from "zod/v3";
import type { Policy } from "../c1/port.ts";
import { cleanText } from "../text.ts";
import { defineRead } from "./define.ts";
import { cursor, limit, listResult, query } from "./fields.ts";
import { listRows, PROBE_PAGE } from "./list-rows.ts";
import { typeOf } from "./resolve-policy.ts";

const row = z.object({
  id: z.string(),
  displayName: z.string().optional(),
  type: z.string().optional(),
  description: z.string().optional(),
});

/** `POST /api/v1/search/policies`; C1 shows the tenant-wide policies only. */
export const findPolicies = defineRead({
  name: "find_policies",
  title: "Find policies",
  description:
    "Find, list or look up the policies that exist for apps, and their ids, by name: grant policy (access, approval), revoke policy or certify policy (review).",
  roles: { names: ["Read-Only Super Admin", "Super Admin"], subject: "seeing policies" },
  input: z
    .object({
      query: query.optional(),
      type: z.enum(["GRANT", "REVOKE", "CERTIFY"]).optional(),
      limit,
      cursor,
    })
    .strict(),
  output: listResult(row),
  probe: async (api, call) => void (await api.policies.search({}, PROBE_PAGE, call)),
  async read({ query, type, limit, cursor }, run) {
    const text = query?.trim();
    const search = { ...(text && { query: text }), ...(type && { policyTypes: [`POLICY_TYPE_${type}`] }) };
    return listRows({
      query: ["policies", search],
      limit,
      cursor,
      fetch: (page) => run.api.policies.search(search, page, run.call),
      toRow,
      none: "C1 shows no policy: try one word of its name, or no type.",
      narrow: "More policies match: narrow the query, or pass nextCursor.",
    });
  },
});

function toRow(policy: Policy): z.infer<typeof row> | undefined {
  if (policy.deletedAt !== undefined) return undefined;
  return {
    id: policy.id,
    ...(policy.displayName !== undefined && { displayName: cleanText(policy.displayName, 80) }),
    ...(policy.policyType !== undefined && { type: typeOf(policy) }),
    // Several policies may bear one name.
    ...(policy.description && { description: cleanText(policy.description, 100) }),
  };
}
