import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { ROOT } from "../../support/sources.ts";

/** Allocates for a moment and prints the largest sizes of V8's spaces for new and old objects, in MiB. */
const { outputFiles } = await build({
  stdin: {
    contents: `
        import { getHeapSpaceStatistics } from "node:v8";
        import { boundHeap } from "./src/cli/heap.ts";
        boundHeap();
        const kept = [];
        const sizes = { new_space: 0, old_space: 0 };
        for (let round = 0; round < 500; round += 1) {
          for (let n = 0; n < 400; n += 1) {
            kept[(n + round * 400) % 3_000] = Array.from({ length: 40 }, (_, index) => ({ index, text: "text " + index + round }));
          }
          await new Promise((resolve) => setImmediate(resolve));
          for (const { space_name: name, space_size: size } of getHeapSpaceStatistics()) {
            if (name in sizes) sizes[name] = Math.max(sizes[name], size / 1024 / 1024);
          }
        }
        console.log(JSON.stringify({ young: sizes.new_space, old: sizes.old_space }));
      `,
    resolveDir: ROOT,
    loader: "ts",
  },
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
});
const code = outputFiles[0]?.text ?? "";

function measureSpaces(...nodeArgs: string[]): { young: number; old: number } {
  const { stdout } = spawnSync(process.execPath, [...nodeArgs, "--input-type=module", "-"], {
    input: code,
    env: { PATH: process.env.PATH },
    encoding: "utf8",
  });
  return JSON.parse(stdout);
}

it("V8's space for new objects stops at what is enough, or at what the operator says", () => {
  const { young } = measureSpaces();
  expect(young).toBeGreaterThan(1);
  expect(young).toBeLessThanOrEqual(64);
  const { young: asked } = measureSpaces("--min-semi-space-size=40", "--max-semi-space-size=64");
  expect(asked).toBeGreaterThan(64);
});

it("V8's space for old objects stays near to what is in use, or grows as the operator says", () => {
  const bound = measureSpaces();
  const free = measureSpaces("--heap-growing-percent=400");
  expect(bound.old).toBeGreaterThan(10);
  expect(bound.old).toBeLessThan(free.old * 0.75);
});
