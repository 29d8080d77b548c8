import type { ConnectorRef } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import type { Run } from "./job.ts";
import { lookUp } from "./look-up.ts";
import { readAll } from "./read-all.ts";
import { labels, type Person } from "./resolve-people.ts";

/**
 * Notes which owners a new connector does not show: C1 has announced that they will move to another list than the one that a
 * create fills.
 */
export async function noteOwners(place: ConnectorRef, people: readonly Person[], run: Run): Promise<void> {
  const what = "userIds: owners of the connector";
  const owners = await lookUp(what, run, (call) =>
    readAll((page) => run.api.connectorOwners.list(place.appId, place.connectorId, page, call), {
      clock: run.clock,
      deadline: call.deadline,
    }),
  ).catch((error: unknown) => {
    // The connector exists: neither a caller who left nor a revoked credential turns that into a failure.
    if (!(error instanceof Failure) && !run.call.signal.aborted) throw error;
    run.unchecked.push(`${what} (${error instanceof Failure ? error.code : "cancelled"})`);
    return undefined;
  });
  if (owners === undefined) return;
  const missing = people.filter(({ id }) => !owners.items.some(({ userId }) => userId === id));
  if (missing.length === 0) return;
  run.unchecked.push(
    `userIds: not shown as connector owners (yet): ${labels(missing)}; add_connector_user_owner makes them`,
  );
}
