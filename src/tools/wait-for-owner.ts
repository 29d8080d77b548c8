import type { ConnectorOwnerRef } from "../c1/port.ts";
import type { Run, ToolContext } from "./define.ts";
import { pollFor } from "./poll.ts";

/** Waits until C1 shows the owner's row. The add was accepted, so running out of time is not a failure. */
export async function waitForOwner(
  ref: ConnectorOwnerRef,
  seconds: number,
  run: Run,
  context: ToolContext,
): Promise<{ visible: boolean; next?: string }> {
  const describe = () => "Waiting for C1 to show the owner";
  const row = await pollFor(
    (call) => run.api.connectorOwners.get(ref, call),
    { seconds, describe },
    run,
    context,
  );
  if (row) return { visible: true };
  return {
    visible: false,
    next: "Accepted, not visible yet: C1 may take minutes. find_connectors shows the owners.",
  };
}
