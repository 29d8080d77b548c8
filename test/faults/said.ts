import type { Outcome } from "../support/rig.ts";
import type { Said } from "./cells.ts";

/** The outcome that an answer claims, read from its text alone, as a caller has to. */
export function readClaim({ isError, text, value }: Outcome): Said {
  if (!isError) {
    if (value.recovered === true) return "recovered";
    return value.existing === true || value.alreadyOwner === true ? "existing" : "created";
  }
  const no = text.includes("Nothing was changed.");
  const maybe = text.includes("Whether anything was changed is not known.");
  if (no === maybe) throw new Error(`neither yes nor no: ${text}`);
  return no ? "not created" : "unknown";
}

/** The `changed` that the audit record of such an answer must have. */
export const CHANGED: Record<Said, "yes" | "no" | "maybe"> = {
  created: "yes",
  recovered: "yes",
  existing: "no",
  "not created": "no",
  unknown: "maybe",
};

/** The id of the app, connector or owner in a result. */
export function idIn({ value }: Outcome): unknown {
  return value.userId ?? value.connectorId ?? value.appId;
}
