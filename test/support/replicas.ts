import { pino } from "pino";
import type { Clock } from "../../src/clock.ts";
import { secretFromValue } from "../../src/config/secret-file.ts";
import type { Shared } from "../../src/replicas/port.ts";
import { createRemoteShared, type RemoteOptions } from "../../src/replicas/remote.ts";
import { createRig, type Rig, type RigOptions } from "./rig.ts";

export interface ReplicasOptions extends RigOptions {
  readonly count: number;
  readonly clock: Clock;
  /** The shared store; without one, each replica is on its own. */
  readonly store?: Pick<RemoteOptions, "url"> & Partial<RemoteOptions>;
}

export interface Replica {
  readonly rig: Rig;
  readonly shared: Shared | undefined;
}

/** Replicas of the server on one tenant, all in this process, each with its own memory and connections. */
export async function createReplicas(options: ReplicasOptions): Promise<Replica[]> {
  const { count, clock, store, ...rigOptions } = options;
  const open = (): Shared | undefined =>
    store && createRemoteShared({ ...STORE, clock, ...store, url: store.url });
  const shared = open();
  const first = { rig: await createRig({ ...rigOptions, clock, ...(shared && { shared }) }), shared };
  const { sandbox } = first.rig;
  const others = Array.from({ length: count - 1 }, async () => {
    const own = open();
    const rig = await createRig({
      ...rigOptions,
      clock,
      ...(own && { shared: own }),
      serverUrl: sandbox.serverUrl,
      credential: (_own, redactor) => ({
        kind: "client_credentials",
        clientId: sandbox.clientId,
        clientSecret: secretFromValue(sandbox.clientSecret, redactor),
      }),
    });
    return { rig, shared: own };
  });
  return [first, ...(await Promise.all(others))];
}

const STORE = {
  key: "the-key-that-all-replicas-have-in-common",
  tenant: "https://acme.conductor.one",
  outage: "refuse" as const,
  logger: pino({ level: "silent" }),
};
