import type { Policy } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { describeCandidate } from "./candidates.ts";
import type { Run } from "./job.ts";
import type { Named } from "./named.ts";
import { readNamed } from "./read-named.ts";
import { type FoundByName, hasName, isLive, isNear, resolveReference } from "./resolve-reference.ts";

const TYPE_PREFIX = "POLICY_TYPE_";

/** The policy slots of an app. */
export type PolicySlot = "GRANT" | "REVOKE" | "CERTIFY";

/** A policy by id, or by the exact name of one live policy of the type that fits the slot. */
export async function resolvePolicy(field: string, slot: PolicySlot, ref: string, run: Run): Promise<Named> {
  const { policies } = run.api;
  const { id, shown } = await resolveReference<Policy>(
    field,
    ref,
    {
      shows: "type",
      get: policies.get,
      find: (name) => findPolicies(field, slot, name, run),
      refuse: (policy) => refuseOther(field, slot, policy),
      describe: describePolicy,
      several: "more than one policy is named",
      none: "no policy is named",
      couldBe: isNear,
      others: "C1 finds",
      lookWith: `Look for one with find_policies and type ${slot}.`,
    },
    run,
  );
  return { id, name: shown?.displayName };
}

async function findPolicies(
  field: string,
  slot: PolicySlot,
  name: string,
  { api: { policies }, call, clock }: Run,
): Promise<FoundByName<Policy>> {
  const found = await readNamed(name, (displayName, page) => policies.search({ displayName }, page, call), {
    clock,
    deadline: call.deadline,
  });
  const exact = found.items.filter((policy) => hasName(policy, name));
  const live = exact.filter(isLive);
  return {
    named: { ...found, items: live.filter((policy) => typeOf(policy) === slot) },
    async others() {
      const [other] = live;
      if (other) throw wrongType(field, slot, other);
      const [deleted] = exact;
      if (deleted) throw deletedPolicy(field, deleted);
      const query = { query: name.trim(), policyTypes: [TYPE_PREFIX + slot] };
      return (await policies.search(query, { pageSize: 10 }, call)).items.filter(isLive);
    },
  };
}

/** "GRANT", or a type newer than this code; "" if C1 does not say. */
export function typeOf({ policyType }: Policy): string {
  return cleanText((policyType ?? "").replace(TYPE_PREFIX, ""), 40);
}

function wrongType(field: string, slot: PolicySlot, policy: Policy): Failure {
  return new Failure("not_found", `${field}: policy ${describePolicy(policy)} is not a ${slot} policy.`, {
    next: `Look for one with find_policies and type ${slot}.`,
  });
}

function deletedPolicy(field: string, policy: Policy): Failure {
  return new Failure("invalid_arguments", `${field}: policy ${describePolicy(policy)} is deleted.`, {
    next: "Choose another policy with find_policies.",
  });
}

/** A policy chosen by id may be of a type that C1 does not show. */
function refuseOther(field: string, slot: PolicySlot, policy: Policy): Failure | undefined {
  if (!isLive(policy)) return deletedPolicy(field, policy);
  if (policy.policyType === undefined || typeOf(policy) === slot) return undefined;
  return wrongType(field, slot, policy);
}

function describePolicy(policy: Policy): string {
  return describeCandidate(policy.id, policy.displayName ?? "unnamed", [typeOf(policy), policy.description]);
}
