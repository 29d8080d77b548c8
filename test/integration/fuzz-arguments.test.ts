import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAILURE_CODES } from "../../src/errors.ts";
import { APPS, PEOPLE } from "../../src/sandbox/seed.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { anyArguments, anyHuge } from "../faults/inputs.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { cpuMs } from "../support/cpu-time.ts";
import { createRig, type Rig } from "../support/rig.ts";

/** More processor time than any of these calls needs. */
const MAX_MS = 5_000;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const CODE = /^\[([a-z_]+)\] /;

/** Arguments with one that is nested this deep. */
const DEEP: readonly [string, string, (depth: number) => string][] = [
  ["create_app", "annotations", (depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`],
  ["create_app", "owners", (depth) => "[".repeat(depth) + "]".repeat(depth)],
  ["create_connector", "config", (depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`],
  ["create_connector", "config", (depth) => `{"@type":"x","a":${"[".repeat(depth)}${"]".repeat(depth)}}`],
  ["find_users", "query", (depth) => "[".repeat(depth) + "]".repeat(depth)],
];

it.each(DEEP)("%s: %s of any depth is refused with a message", async (tool, field, deep) => {
  for (const depth of [63, 70, 5_000, 200_000]) {
    const args = { displayName: "Fuzzed", appId: APPS.wiki.id, catalogId: "okta_v2" };
    const { text } = await rig.call(tool, { ...args, [field]: JSON.parse(deep(depth)) });
    expect(text).toMatch(/^\[invalid_arguments\] [\s\S]*Nothing was changed\./);
  }
  expect(rig.writes()).toEqual([]);
});

describe("oversized arguments", () => {
  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    "%s: each is refused by name, briefly, and neither sent nor recorded",
    async (name, tool) => {
      rig.forget();
      const property = fc.asyncProperty(anyHuge(tool), async ({ field, args }) => {
        const { text } = await rig.call(name, args);
        expect(text).toMatch(/^\[invalid_arguments\] [\s\S]*\n- [\s\S]*\nNothing was changed\./);
        if (field !== "" && !text.includes("\n- arguments: ")) expect(text).toContain(`\n- ${field}`);
        expect(text.split("\n").length).toBeLessThanOrEqual(12);
        expect(Buffer.byteLength(text)).toBeLessThan(4_096);
        for (const line of rig.logs) expect(Buffer.byteLength(line)).toBeLessThan(4_096);
        rig.logs.length = 0;
      });
      await fc.assert(property, { numRuns: RUNS.arguments / 5 });
      expect(rig.requests()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it("the longest allowed ones produce an audit line of a few kilobytes", async () => {
    const args = {
      displayName: "漢".repeat(1_024),
      description: "漢".repeat(16_384),
      owners: Array(32).fill(PEOPLE.samLee.id),
    };
    rig.logs.length = 0;
    const { isError, text } = await rig.call("create_app", { ...args, dryRun: true });
    expect(isError, text.slice(0, 400)).toBe(false);
    for (const line of rig.logs) expect(Buffer.byteLength(line)).toBeLessThan(6_144);
  });
});

describe("random arguments", () => {
  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    "%s: each call ends with a result or a readable failure, and nothing is written",
    async (name, tool) => {
      const held = JSON.stringify(rig.sandbox.state);
      const check = async (args: unknown) => {
        const started = cpuMs();
        const { isError, text, value } = await rig.call(name, args);
        expect(cpuMs() - started).toBeLessThan(MAX_MS);
        if (isError) {
          const code = CODE.exec(text)?.[1] ?? text.slice(0, 200);
          expect(FAILURE_CODES).toContain(code);
          // No input may cause an internal error.
          expect(code, text).not.toBe("internal");
          expect(text.length).toBeLessThan(20_000);
        } else tool.output.strict().parse(value);
        rig.logs.length = 0;
      };
      const property = fc.asyncProperty(anyArguments(tool), check);
      await fc.assert(property, { numRuns: RUNS.arguments });
      expect(rig.writes()).toEqual([]);
      expect(JSON.stringify(rig.sandbox.state)).toBe(held);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
    PATIENCE_MS,
  );
});
