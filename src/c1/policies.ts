import { z } from "zod/v3";
import type { Http } from "./http.ts";
import { objectId, readRecord, text } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api } from "./port.ts";
import { createSearch } from "./search.ts";

const policySchema = z.object({
  id: objectId,
  displayName: text,
  description: text,
  policyType: text,
  deletedAt: text,
});
const readPolicy = readRecord(policySchema);

export function createPolicies(http: Http): C1Api["policies"] {
  return {
    async get(id, call) {
      return http.request(
        {
          operation: "read the policy",
          method: "GET",
          path: buildPath("/api/v1/policies/{policyId}", { policyId: id }),
          write: false,
          parse(answer) {
            const policy = readPolicy(answer.policy);
            return policy?.id === id ? policy : undefined;
          },
        },
        call,
      );
    },
    search: createSearch(http, "policies", readPolicy),
  };
}
