import type { C1Api, Call, Connector } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { ambiguous, describeCandidate, foldName, missing } from "./candidates.ts";
import type { Existing, Run } from "./define.ts";
import { ID } from "./fields.ts";
import { readAll } from "./read-all.ts";
import { lookUp } from "./resolve.ts";
import type { Target } from "./resolve-app.ts";

/** A connector of an app, by id, or by its exact name if only one live connector of the app has it. */
export async function resolveConnector(field: string, appId: string, ref: string, run: Run): Promise<Target> {
  if (ID.test(ref)) {
    const connector = await lookUp(`${field}: name`, run, (call) => run.api.connectors.get(appId, ref, call));
    if (connector?.deletedAt !== undefined) {
      throw new Failure("invalid_arguments", `${field}: ${nameConnector(connector)} is deleted.`, {
        next: "Choose another connector.",
      });
    }
    return {
      id: ref,
      label: connector?.displayName === undefined ? `connector ${ref}` : nameConnector(connector),
    };
  }
  const all = await readAll((page) => run.api.connectors.list(appId, page, run.call));
  const live = all.items.filter((connector) => connector.deletedAt === undefined);
  const exact = live.filter((connector) => foldName(connector.displayName ?? "") === foldName(ref));
  const [only] = exact;
  if (only && exact.length === 1 && !all.more) return { id: only.id, label: nameConnector(only) };
  if (exact.length > 0) {
    throw ambiguous(field, "more than one connector of the app is named", ref, exact.map(describeConnector));
  }
  const near = live.map(describeConnector);
  throw missing(field, "the app has no connector named", ref, near, "Create it with create_connector.");
}

/** Live connectors of one type in an app. */
export async function findConnectorsOfType(
  appId: string,
  catalogId: string,
  api: C1Api,
  call: Call,
): Promise<(Connector & Existing)[]> {
  const { items } = await readAll((page) => api.connectors.list(appId, page, call));
  return items
    .filter((connector) => connector.deletedAt === undefined && connector.catalogId === catalogId)
    .map((connector) => ({ ...connector, label: describeConnector(connector) }));
}

function nameConnector({ id, displayName }: Connector): string {
  return `connector "${cleanText(displayName ?? id, 120)}"`;
}

function describeConnector({ id, displayName, status, createdAt }: Connector): string {
  return describeCandidate(id, displayName ?? "unnamed", status, createdAt && `created ${createdAt}`);
}
