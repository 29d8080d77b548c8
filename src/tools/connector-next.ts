import type { ConnectionWord } from "./connection.ts";
import type { BuiltConfig } from "./connector-config/build.ts";
import type { TypeSpec } from "./connector-config/spec.ts";
import type { Run } from "./job.ts";

const DELEGATED: Record<Exclude<TypeSpec["setup"], "config">, string> = {
  oauth: "the owner then gives OAuth consent in the C1 console",
  agent: "the owner then runs the self-hosted agent, as the C1 console shows",
};

/** What is left to do for a connector that was created. */
export function whatIsLeft(built: BuiltConfig | undefined, spec: TypeSpec, { page }: Run): string {
  if (!built && spec.setup !== "config") return DELEGATED[spec.setup];
  if (!built) {
    const canAsk = page !== undefined && page.off === undefined;
    const secrets = canAsk ? ', secrets as {"ask": true} (a person types them on a page)' : "";
    return `update_connector with its config${secrets}, or its owner enters it in the C1 console`;
  }
  const { group } = built;
  const hasSecret = spec.fields.some(({ key, secret }) => secret && group?.keys.includes(key));
  return group && !hasSecret
    ? "its owner may still have to give OAuth consent in the C1 console"
    : "C1 checks the config when it first syncs";
}

/** What to do because an existing connector was left unchanged. */
export function howToApply(notApplied: readonly string[]): string {
  const steps = [
    ...(notApplied.includes("config") ? ["update_connector with the config, if it is to have that"] : []),
    ...(notApplied.includes("userIds") ? ["add_connector_user_owner for each owner"] : []),
    ...(notApplied.some((field) => field === "displayName" || field === "description")
      ? ["its name and description a person changes in the C1 console"]
      : []),
  ];
  return steps.join("; ");
}

/** What to do because a connector exists that a call would have given a config; undefined if it does not need one, or cannot get it here. */
export function howToMend(connection: ConnectionWord | undefined, { offBy }: Run): string | undefined {
  const needsConfig = connection === "failed" || connection === "waiting_for_config";
  if (!needsConfig || offBy("update_connector") !== undefined) return undefined;
  return "Give that one the config with update_connector, which mends it. Only if another is wanted, pass ifExists: create.";
}
