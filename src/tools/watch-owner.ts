import type { ConnectorOwnerRef } from "../c1/port.ts";
import type { Looking, Watch } from "./watch.ts";

/** Looks whether C1 shows the owner's row. The add was accepted, so that it does not show yet is no failure. */
export function watchOwner(
  ref: ConnectorOwnerRef,
  { api }: Pick<Looking, "api">,
): Watch<{ visible: boolean; next?: string }> {
  return {
    async look(call) {
      await api.connectorOwners.get(ref, call);
      return { visible: true };
    },
    describe: () => "Waiting for C1 to show the owner",
    giveUp: () => ({
      visible: false,
      next: "Accepted, not visible yet: C1 may take minutes. find_connectors shows the owners.",
    }),
  };
}
