import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anyValidCall, SECRETS, type ValidCall } from "../faults/valid-arguments.ts";
import { createRig, type Rig } from "../support/rig.ts";

/* A dry run shows exactly what would be sent, and sends no write. */

let rig: Rig;
beforeAll(async () => {
  const env = Object.fromEntries(
    Object.entries(SECRETS).map(([name, value]) => [`C1_MCP_SECRET_${name}`, value]),
  );
  rig = await createRig({ secrets: { env, inline: true } });
  // Types that our table lacks are accepted if the tenant does not show its catalog.
  rig.sandbox.notFound("catalog.schema");
});
afterAll(() => rig.close());

/** Fields of these configs that are not secret by our table. */
const PLAIN = ["okta_v2_domain", "okta_sync_custom_roles", "okta_skip_secondary_emails"];

/** A body as people may see it: configs without values, except for fields that are known not to be secret. */
function mask(body: unknown): unknown {
  const { config, ...rest } = body as { config?: unknown };
  return config === undefined ? rest : { ...rest, config: maskTexts(config) };
}

function maskTexts(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    const ref = Object.entries(SECRETS).find(([, secret]) => secret === value);
    if (key === "@type" || key === "key") return value;
    return ref ? `secretRef:${ref[0]}` : "***";
  }
  if (Array.isArray(value)) return value.map((item) => maskTexts(item));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    PLAIN.includes(name) ? item : maskTexts(item, name),
  ]);
  return Object.fromEntries(entries);
}

async function check({ tool, args }: ValidCall): Promise<void> {
  // Nobody is an owner yet, so that each add is a real one.
  rig.sandbox.state.owners = [];
  const held = JSON.stringify(rig.sandbox.state);
  rig.forget();
  rig.audits.length = 0;
  const preview = await rig.call(tool, { ...args, dryRun: true });
  expect(preview.isError, preview.text).toBe(false);
  expect(preview.value.dryRun).toBe(true);
  expect(rig.writes()).toEqual([]);
  expect(JSON.stringify(rig.sandbox.state)).toBe(held);
  for (const secret of Object.values(SECRETS)) expect(preview.text).not.toContain(secret);

  const done = await rig.call(tool, args);
  expect(done.isError, done.text).toBe(false);
  const [sent, ...more] = rig.writes();
  expect(more).toEqual([]);
  expect(preview.value.request).toEqual({ method: sent?.method, path: sent?.path, body: mask(sent?.body) });
  expect(rig.audits.map(({ dryRun, outcome }) => [dryRun, outcome])).toEqual([
    [true, "ok"],
    [false, "ok"],
  ]);
  rig.logs.length = 0;
  // Otherwise the tenant, and with it each look-up, would keep growing.
  rig.sandbox.state.connectors = rig.sandbox.state.connectors.slice(0, 8);
}

it(
  `${RUNS.sets} valid argument sets: the preview shows exactly what is then sent`,
  async () => {
    const kinds = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(anyValidCall, async (call) => {
        const kind = "config" in call.args ? `${call.tool} with config` : call.tool;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        await check(call);
      }),
      { numRuns: RUNS.sets },
    );
    expect([...kinds.keys()].sort()).toEqual([
      "add_connector_user_owner",
      "create_app",
      "create_connector",
      "create_connector with config",
    ]);
  },
  PATIENCE_MS,
);
