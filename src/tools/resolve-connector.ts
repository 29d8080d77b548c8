import { type Call, type Connector, ID } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { describeCandidate, missing, takeOnly } from "./candidates.ts";
import type { Existing, Run } from "./define.ts";
import { foldName } from "./fold-name.ts";
import { type Reading, readAll, requireShown, uniteById } from "./read-all.ts";
import { lookUp } from "./resolve.ts";
import { resolveApp, type Target } from "./resolve-app.ts";

/** A connector that a write refers to, with what C1 shows of it where that could be read. */
export interface ConnectorTarget extends Target {
  readonly shown?: Connector | undefined;
}

/** An app and one of its connectors. Both at once where the app's id is known; a connector's name needs the app first. */
export async function resolvePlace(
  appRef: string,
  connectorRef: string,
  run: Run,
): Promise<{ app: Target; connector: ConnectorTarget }> {
  const finding = resolveApp("appId", appRef, run);
  const appId = ID.test(appRef) ? appRef : (await finding).id;
  const [app, connector] = await Promise.all([
    finding,
    resolveConnector("connectorId", appId, connectorRef, run),
  ]);
  return { app, connector };
}

/** A connector of an app, by id, or by its exact name if only one live connector of the app has it. */
export async function resolveConnector(
  field: string,
  appId: string,
  ref: string,
  run: Run,
): Promise<ConnectorTarget> {
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
      name: connector?.displayName,
      shown: connector,
    };
  }
  const live = await listLive(appId, run, run.call);
  const exact = live.items.filter((connector) => foldName(connector.displayName ?? "") === foldName(ref));
  const several = "more than one connector of the app is named";
  const only = takeOnly({ ...live, items: exact }, { field, ref, several }, (one) => describeConnector(one));
  if (only) return { id: only.id, label: nameConnector(only), name: only.displayName, shown: only };
  const near = live.items.map((one) => describeConnector(one));
  throw missing(field, "the app has no connector named", ref, near, "Create it with create_connector.");
}

/** Live connectors of one type in an app. */
export async function findConnectorsOfType(
  appId: string,
  catalogId: string,
  run: Source,
  call: Call,
): Promise<Reading<Connector & Existing>> {
  const all = await listLive(appId, run, call);
  const live = requireShown(all, (connector) => connector.catalogId !== undefined);
  const ofType = live.items.filter((connector) => connector.catalogId === catalogId);
  return {
    ...live,
    items: ofType.map((connector) => ({
      ...connector,
      label: describeConnector(connector, call.mask),
      name: connector.displayName,
    })),
  };
}

type Source = Pick<Run, "api" | "clock">;

async function listLive(appId: string, { api, clock }: Source, call: Call): Promise<Reading<Connector>> {
  const all = await readAll((page) => api.connectors.list(appId, page, call), {
    clock,
    deadline: call.deadline,
  });
  const united = uniteById(all);
  return { ...united, items: united.items.filter((connector) => connector.deletedAt === undefined) };
}

function nameConnector({ id, displayName }: Connector): string {
  return `connector "${cleanText(displayName ?? id, 120)}"`;
}

/** @param mask for what C1 wrote, where the caller has given values that it may repeat. */
function describeConnector(
  { id, displayName, status, createdAt }: Connector,
  mask: Call["mask"] = (text) => text,
): string {
  const name = displayName === undefined ? "unnamed" : mask(displayName);
  return describeCandidate(id, name, status && mask(status), createdAt && `created ${mask(createdAt)}`);
}
