import { isDeepStrictEqual } from "node:util";
import { APPS, CONNECTORS } from "../../src/sandbox/seed.ts";
import { createRig, type Rig, type RigOptions } from "../support/rig.ts";
import { type ChangeCase, isChange, WRITES as SHARED, type WriteCase } from "../support/write-cases.ts";

/** The config below refers to it by name. */
const SECRET = { name: "OKTA_TOKEN", value: "00fault-matrix-okta-token" };

const OKTA = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { secretRef: SECRET.name } };

/** The creating writes of all tools, with a complete config for the configured connector. */
export const WRITES: readonly WriteCase[] = SHARED.map((write) =>
  write.operation === "connectors.create" ? { ...write, args: { ...write.args, config: OKTA } } : write,
);

const PLACE = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id };

/** The writes that create nothing. Their effect is visible as soon as they have run. */
const CHANGES: readonly ChangeCase[] = [
  {
    name: "update_connector",
    tool: "update_connector",
    operation: "connectors.update",
    changes: "config",
    args: { ...PLACE, config: OKTA, replaceWorking: true },
  },
  {
    name: "sync_connector",
    tool: "sync_connector",
    operation: "connectors.forceSync",
    changes: "sync",
    args: PLACE,
  },
];

export const ALL_WRITES: readonly (WriteCase | ChangeCase)[] = [...WRITES, ...CHANGES];

/** A tenant with a client that is already connected. */
export async function openRig(options: RigOptions): Promise<Rig> {
  const env = { [`C1_MCP_SECRET_${SECRET.name}`]: SECRET.value };
  const rig = await createRig({ maxResponseBytes: 64 * 1024, secrets: { env }, ...options });
  await rig.call("whoami", {});
  rig.forget();
  return rig;
}

/** Ids of the tenant's objects that are not in its seed. */
export function newRows({ sandbox }: Rig, { rows, seeded }: WriteCase): string[] {
  return sandbox.state[rows].slice(seeded).map((row) => ("userId" in row ? row.userId : row.id));
}

/** Ids of the objects that a write created, or of the connector that it changed; empty if it did not run. */
export function effectsOf(rig: Rig, write: WriteCase | ChangeCase): string[] {
  if (!isChange(write)) return newRows(rig, write);
  const { sync: seeded } = CONNECTORS.hrOkta;
  const row = rig.sandbox.state.connectors.find(({ id }) => id === PLACE.connectorId);
  const isDone =
    write.changes === "config" ? holdsOkta(row?.config) : row?.sync?.queuedAt !== seeded?.queuedAt;
  return isDone ? [PLACE.connectorId] : [];
}

/** Whether a config is exactly the requested one, with the secret's value in place of its reference. */
function holdsOkta(config: unknown): boolean {
  const asked = {
    okta_v2_domain: { stringValue: OKTA.okta_v2_domain },
    okta_v2_api_token: { stringValue: SECRET.value },
  };
  return isDeepStrictEqual(config, asked);
}
