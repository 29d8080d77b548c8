import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anyValidCall, SECRETS, type ValidCall } from "../faults/valid-arguments.ts";
import { createRig, type Rig } from "../support/rig.ts";
import { createShiftedClock } from "../support/shifted-clock.ts";

/* A person sees everything that is sent: the question contains each value of the request that reaches the tenant. */

/** Longer than the server remembers created objects, which every further question would list. */
const FORGOTTEN_MS = 130_000;

/** The start of a value in the prompt: after its label, parts of which may be quoted. */
const LINE = /^(?:[^"[:]|\[\d+\]|\["(?:[^"\\]|\\.)*"\])+: (.*)$/;

const clock = createShiftedClock();
let rig: Rig;
beforeAll(async () => {
  const env = Object.fromEntries(
    Object.entries(SECRETS).map(([name, value]) => [`C1_MCP_SECRET_${name}`, value]),
  );
  rig = await createRig({ clock, confirm: true, secrets: { env, inline: true } });
  // Nothing is sent for a type that neither the tenant nor our table knows.
  rig.sandbox.notFound("catalog.schema");
});
afterAll(() => rig.close());

/** Parses the lines of a prompt and the values in them. */
function readPrompt(message: string): { values: Set<unknown>; lines: string[] } {
  const [question, ...lines] = message.split("\n");
  expect(question).toBe("Send this change to ConductorOne?");
  const values = lines.map((line) => {
    const shown = LINE.exec(line)?.[1] ?? "";
    return JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(shown)?.[0] ?? shown) as unknown;
  });
  return { values: new Set(values), lines };
}

function leavesOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

async function check({ tool, args }: ValidCall): Promise<void> {
  rig.sandbox.state.owners = [];
  clock.advance(FORGOTTEN_MS);
  rig.forget();
  const asked: string[] = [];
  const done = await rig.call(tool, args, {
    ask: async ({ message }) => {
      asked.push(message);
      return "accepted";
    },
  });
  expect(done.isError, done.text).toBe(false);
  const [sent, ...more] = rig.writes();
  expect([asked.length, more]).toEqual([1, []]);
  const { expandMask, ...body } = (sent?.body ?? {}) as Record<string, unknown>;
  const { values, lines } = readPrompt(asked[0] ?? "");

  expect(values).toContain(`POST ${sent?.path}`);
  const secrets: readonly unknown[] = Object.values(SECRETS);
  for (const leaf of leavesOf(body)) {
    if (!secrets.includes(leaf)) expect(values).toContain(leaf);
  }
  for (const secret of Object.values(SECRETS)) expect(asked[0]).not.toContain(secret);
  if (tool !== "add_connector_user_owner") expect(values).toContain(args.ifExists ?? "fail");
  for (const { id, displayName, email } of rig.sandbox.state.users) {
    for (const line of lines.filter((one) => one.includes(id) && !one.startsWith("request: "))) {
      expect(line).toContain(` (name "${displayName}", e-mail "${email}")`);
    }
  }
  rig.logs.length = 0;
  rig.audits.length = 0;
  rig.sandbox.state.connectors = rig.sandbox.state.connectors.slice(0, 8);
}

it(
  `${RUNS.sets} valid argument sets: everything that is sent was shown`,
  async () => {
    await fc.assert(fc.asyncProperty(anyValidCall, check), { numRuns: RUNS.sets });
  },
  PATIENCE_MS,
);
