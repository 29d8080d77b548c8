import { createRig, type Rig, type RigOptions } from "../support/rig.ts";
import { WRITES as SHARED, type WriteCase } from "../support/write-cases.ts";

/** In the config of the connector below by its name only. */
const SECRET = { name: "OKTA_TOKEN", value: "00fault-matrix-okta-token" };

const OKTA = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { secretRef: SECRET.name } };

/** The writes of all tools; the configured connector with what its type requires. */
export const WRITES: readonly WriteCase[] = SHARED.map((write) =>
  write.operation === "connectors.create" ? { ...write, args: { ...write.args, config: OKTA } } : write,
);

/** A tenant with the client connected to it, so that only what matters happens on the clock that counts. */
export async function openRig(options: RigOptions): Promise<Rig> {
  const env = { [`C1_MCP_SECRET_${SECRET.name}`]: SECRET.value };
  const rig = await createRig({ maxResponseBytes: 64 * 1024, secrets: { env }, ...options });
  await rig.call("whoami", {});
  rig.forget();
  return rig;
}

/** Loads what is loaded on first use: on a scaled clock that would pass for minutes. */
export async function warmUp(): Promise<void> {
  const rig = await openRig({});
  for (const { tool, args } of WRITES) await rig.call(tool, args);
  await rig.close();
}

/** Ids of what the tenant holds beyond its seed. */
export function newRows({ sandbox }: Rig, { rows, seeded }: WriteCase): string[] {
  return sandbox.state[rows].slice(seeded).map((row) => ("userId" in row ? row.userId : row.id));
}
