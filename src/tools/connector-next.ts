import type { BuiltConfig } from "./connector-config/build.ts";
import type { TypeSpec } from "./connector-config/spec.ts";

const DELEGATED: Record<TypeSpec["setup"], string> = {
  config: "the owner then enters the credentials in the C1 console",
  oauth: "the owner then gives OAuth consent in the C1 console",
  agent: "the owner then runs the self-hosted agent, as the C1 console shows",
};

/** What is left to do for a connector that was created. */
export function whatIsLeft(built: BuiltConfig | undefined, spec: TypeSpec): string {
  if (!built) return DELEGATED[spec.setup];
  const { group } = built;
  const hasSecret = spec.fields.some(({ key, secret }) => secret && group?.keys.includes(key));
  return group && !hasSecret
    ? "its owner may still have to give OAuth consent in the C1 console"
    : "C1 checks the config when it first syncs";
}

/** What makes up for it that an existing connector was left as it is. */
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
