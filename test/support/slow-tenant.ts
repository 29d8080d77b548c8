import type { Connector } from "../../src/c1/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Failure } from "../../src/errors.ts";
import { type Behaviour, idOf, notFound } from "./fake-api.ts";

/** A fake tenant with delays: syncs run, and owners appear only later. */
export interface SlowTenant {
  readonly behaviour: Behaviour;
  syncMs: number;
  ownerMs: number;
  /** The connector's name. */
  name: string;
  /** C1's reason for failed syncs; undefined if they succeed. */
  lastError: string | undefined;
  /** Whether the app's list of connectors contains the connector. */
  isListed: boolean;
  /** Makes all reads of connectors and owners fail. */
  failure: Failure | undefined;
}

export const PLACE = { appId: idOf("app"), connectorId: idOf("connector") };

export function createSlowTenant(clock: Pick<Clock, "now">): SlowTenant {
  const owners = new Map<string, number>();
  const began = clock.now();
  let sync = { startedAt: began - 9_000, endsAt: began - 8_000 };
  const time = (ms: number) => new Date(ms).toISOString();
  const queue = () => {
    sync = { startedAt: clock.now() + 300, endsAt: clock.now() + 300 + tenant.syncMs };
  };
  const show = (appId: string, id: string): Connector => {
    const isRunning = clock.now() < sync.endsAt;
    const ended = tenant.lastError === undefined ? "SYNC_STATUS_DONE" : "SYNC_STATUS_ERROR";
    return {
      id,
      appId,
      catalogId: "2kG3aTftCcAvWtHZt2Ywry0dPn7",
      displayName: tenant.name,
      status: isRunning ? "SYNC_STATUS_RUNNING" : ended,
      syncStartedAt: time(sync.startedAt),
      ...(!isRunning && { syncCompletedAt: time(sync.endsAt) }),
      ...(!isRunning && tenant.lastError !== undefined && { lastError: tenant.lastError }),
      configUpdatedAt: time(began - 10_000),
      configShown: new Map([["okta_v2_domain", "acme.okta.example"]]),
    };
  };
  const tenant: SlowTenant = {
    syncMs: 3_600_000,
    ownerMs: 3_600_000,
    name: "Okta",
    lastError: undefined,
    isListed: false,
    failure: undefined,
    behaviour: {
      async getConnector(appId, id) {
        if (tenant.failure) throw tenant.failure;
        return show(appId, id);
      },
      async listConnectors(appId) {
        return { items: tenant.isListed ? [show(appId, PLACE.connectorId)] : [] };
      },
      async forceSync() {
        queue();
        return {};
      },
      async createConnector({ appId }) {
        queue();
        return show(appId, idOf("newConnector"));
      },
      async updateConnector({ appId, connectorId }) {
        queue();
        return { ...show(appId, connectorId), configUpdatedAt: time(clock.now()) };
      },
      async addOwner({ userId, roleSlug }) {
        owners.set(userId, clock.now() + tenant.ownerMs);
        return { userId, roleSlug };
      },
      async getOwner({ userId, roleSlug }) {
        if (tenant.failure) throw tenant.failure;
        if (clock.now() < (owners.get(userId) ?? Number.POSITIVE_INFINITY)) throw notFound();
        return { userId, roleSlug };
      },
    },
  };
  return tenant;
}
