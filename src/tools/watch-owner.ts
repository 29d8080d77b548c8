import type { ConnectorOwnerRef } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import type { Looking, Watch } from "./watch.ts";

/** Looks whether C1 shows the owner's row. The add was accepted, so that it does not show yet is no failure. */
export function watchOwner(
  ref: ConnectorOwnerRef,
  { api }: Pick<Looking, "api">,
): Watch<{ visible: boolean; next?: string }> {
  return {
    async look(call) {
      try {
        await api.connectorOwners.get(ref, call);
      } catch (error) {
        if (error instanceof Failure && error.code === "not_found") return undefined;
        throw error;
      }
      return { visible: true };
    },
    describe: () => "Waiting for C1 to show the owner",
    giveUp: () => ({
      visible: false,
      next: "Accepted, not visible yet: C1 may take minutes. find_connectors shows the owners.",
    }),
  };
}
