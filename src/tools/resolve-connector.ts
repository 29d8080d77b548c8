import { type Call, type Connector, ID } from "../c1/port.ts";
import { quoteForeign } from "../text.ts";
import { describeCandidate, describeCreation } from "./candidates.ts";
import { connectionOf } from "./connection.ts";
import type { Run } from "./job.ts";
import type { Existing } from "./named.ts";
import { type Reading, readAll, requireShown, uniteById } from "./read-all.ts";
import { resolveApp, type Target } from "./resolve-app.ts";
import { hasName, isLive, isNear, refuseDeleted, resolveReference } from "./resolve-reference.ts";

/** A connector that a write refers to, with what C1 shows of it if that could be read. */
export interface ConnectorTarget extends Target {
  readonly shown?: Connector | undefined;
}

/** Resolves an app and one of its connectors, both at once if the app's id is known; a connector's name needs the app first. */
export async function resolvePlace(
  appRef: string,
  connectorRef: string,
  run: Run,
): Promise<{ app: Target; connector: ConnectorTarget }> {
  const finding = resolveApp(appRef, run);
  const appId = ID.test(appRef) ? appRef : (await finding).id;
  const [app, connector] = await Promise.all([finding, resolveConnector(appId, connectorRef, run)]);
  return { app, connector };
}

/** The argument that names one. */
const FIELD = "connectorId";

/** A connector of an app, by id, or by its exact name if only one live connector of the app has it. */
export async function resolveConnector(appId: string, ref: string, run: Run): Promise<ConnectorTarget> {
  const { id, shown } = await resolveReference<Connector>(
    FIELD,
    ref,
    {
      shows: "name",
      get: (connectorId, call) => run.api.connectors.get(appId, connectorId, call),
      async find(name) {
        const live = await listLive(appId, run, run.call);
        const named = live.items.filter((connector) => hasName(connector, name));
        return { named: { ...live, items: named }, others: async () => live.items };
      },
      refuse: (connector) => refuseDeleted(FIELD, "connector", connector, nameConnector(connector)),
      describe: (connector) => describeConnector(connector),
      several: "more than one connector of the app is named",
      none: "the app has no connector named",
      couldBe: isNear,
      others: "The app has",
      lookWith: "Create it with create_connector.",
    },
    run,
  );
  const name = shown?.displayName;
  const label = shown && name !== undefined ? nameConnector(shown) : `connector ${id}`;
  return { id, label, name, shown };
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
  return { ...united, items: united.items.filter(isLive) };
}

function nameConnector({ id, displayName }: Connector): string {
  return `connector ${quoteForeign(displayName ?? id, 120)}`;
}

/** @param mask for C1's text, if the caller has given values that it may repeat. */
function describeConnector(connector: Connector, mask: Call["mask"] = (text) => text): string {
  const { id, displayName, createdAt } = connector;
  const name = displayName === undefined ? "unnamed" : mask(displayName);
  return describeCandidate(
    id,
    name,
    [],
    [connectionOf(connector), describeCreation(createdAt && mask(createdAt))],
  );
}
