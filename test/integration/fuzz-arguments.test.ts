import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAILURE_CODES } from "../../src/errors.ts";
import { APPS } from "../../src/sandbox/seed.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { anyArguments } from "../faults/inputs.ts";
import { measureMemory } from "../faults/memory.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { createRig, type Rig } from "../support/rig.ts";

const MAX_GROWTH = 32 * 1024 * 1024;

/** Longer than any of these calls needs, shorter than its deadline. */
const MAX_MS = 5_000;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const CODE = /^\[([a-z_]+)\] /;

/** Arguments with so many levels below one of them. */
const DEEP: readonly [string, string, (depth: number) => string][] = [
  ["create_app", "annotations", (depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`],
  ["create_app", "owners", (depth) => "[".repeat(depth) + "]".repeat(depth)],
  ["create_connector", "config", (depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`],
  ["create_connector", "config", (depth) => `{"@type":"x","a":${"[".repeat(depth)}${"]".repeat(depth)}}`],
  ["find_users", "query", (depth) => "[".repeat(depth) + "]".repeat(depth)],
];

it.each(DEEP)("%s: %s of any depth is refused in words", async (tool, field, deep) => {
  for (const depth of [63, 70, 5_000, 200_000]) {
    const args = { displayName: "Fuzzed", appId: APPS.wiki.id, catalogId: "okta_v2" };
    const { text } = await rig.call(tool, { ...args, [field]: JSON.parse(deep(depth)) });
    expect(text).toMatch(/^\[invalid_arguments\] [\s\S]*Nothing was changed\./);
  }
  expect(rig.writes()).toEqual([]);
});

describe("arguments of all kinds", () => {
  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    "%s: each call ends with a result or a failure in words, and nothing is written",
    async (name, tool) => {
      const held = JSON.stringify(rig.sandbox.state);
      const check = async (args: unknown) => {
        const started = performance.now();
        const { isError, text, value } = await rig.call(name, args);
        expect(performance.now() - started).toBeLessThan(MAX_MS);
        if (isError) {
          const code = CODE.exec(text)?.[1] ?? text.slice(0, 200);
          expect(FAILURE_CODES).toContain(code);
          // Nothing that a caller sends may be an error of our own.
          expect(code, text).not.toBe("internal");
          expect(text.length).toBeLessThan(20_000);
        } else tool.output.strict().parse(value);
        rig.logs.length = 0;
      };
      const property = fc.asyncProperty(anyArguments(tool), check);
      await fc.assert(property, { numRuns: 50 });
      const before = await measureMemory();
      await fc.assert(property, { numRuns: RUNS.inputs });
      expect((await measureMemory()) - before).toBeLessThan(MAX_GROWTH);
      expect(rig.writes()).toEqual([]);
      expect(JSON.stringify(rig.sandbox.state)).toBe(held);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
    PATIENCE_MS,
  );
});
