import { ID, type Policy } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { describeCandidate, missing, takeOnly } from "./candidates.ts";
import type { Named, Run } from "./define.ts";
import { foldName } from "./fold-name.ts";
import { readNamed } from "./read-named.ts";
import { lookUp } from "./resolve.ts";

const TYPE_PREFIX = "POLICY_TYPE_";

/** What a slot of an app takes. */
export type PolicySlot = "GRANT" | "REVOKE" | "CERTIFY";

/** A policy, from its id, or from the exact name of one live policy of the type that fits the slot. */
export async function resolvePolicy(field: string, slot: PolicySlot, ref: string, run: Run): Promise<Named> {
  if (ID.test(ref)) {
    const policy = await lookUp(`${field}: type`, run, (call) => run.api.policies.get(ref, call));
    if (policy) refuseDeleted(field, policy);
    if (policy?.policyType !== undefined && typeOf(policy) !== slot) throw wrongType(field, slot, policy);
    return { id: ref, name: policy?.displayName };
  }
  const found = await readNamed(
    ref,
    (displayName, page) => run.api.policies.search({ displayName }, page, run.call),
    { clock: run.clock, deadline: run.call.deadline },
  );
  const exact = found.items.filter((policy) => foldName(policy.displayName ?? "") === foldName(ref));
  const live = exact.filter((policy) => policy.deletedAt === undefined);
  const fitting = live.filter((policy) => typeOf(policy) === slot);
  const several = "more than one policy is named";
  const only = takeOnly({ ...found, items: fitting }, { field, ref, several }, describePolicy);
  if (only) return { id: only.id, name: only.displayName };
  const [other] = live;
  if (other) throw wrongType(field, slot, other);
  const [deleted] = exact;
  if (deleted) refuseDeleted(field, deleted);
  const near = await run.api.policies.search(
    { query: ref.trim(), policyTypes: [TYPE_PREFIX + slot] },
    { pageSize: 10 },
    run.call,
  );
  const close = near.items.filter((policy) => policy.deletedAt === undefined).map(describePolicy);
  throw missing(field, "no policy is named", ref, close, `Look for one with find_policies and type ${slot}.`);
}

/** "GRANT", or a type newer than this code; "" when C1 does not say. */
export function typeOf({ policyType }: Policy): string {
  return cleanText((policyType ?? "").replace(TYPE_PREFIX, ""), 40);
}

function wrongType(field: string, slot: PolicySlot, policy: Policy): Failure {
  return new Failure("not_found", `${field}: policy ${describePolicy(policy)} is not a ${slot} policy.`, {
    next: `Look for one with find_policies and type ${slot}.`,
  });
}

function refuseDeleted(field: string, policy: Policy): void {
  if (policy.deletedAt === undefined) return;
  throw new Failure("invalid_arguments", `${field}: policy ${describePolicy(policy)} is deleted.`, {
    next: "Choose another policy with find_policies.",
  });
}

function describePolicy(policy: Policy): string {
  return describeCandidate(policy.id, policy.displayName ?? "unnamed", typeOf(policy), policy.description);
}
