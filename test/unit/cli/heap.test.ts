import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { ROOT } from "../../support/sources.ts";

/** Allocates in a process of its own for a moment and gives the size of V8's space for new objects, in MiB. */
async function sizeOfYoung(...nodeArgs: string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { getHeapSpaceStatistics } from "node:v8";
        import { boundYoungGeneration } from "./src/cli/heap.ts";
        boundYoungGeneration();
        const kept = [];
        for (let round = 0; round < 500; round += 1) {
          for (let n = 0; n < 400; n += 1) {
            kept[(n + round * 400) % 3_000] = Array.from({ length: 40 }, (_, index) => ({ index, text: "text " + index + round }));
          }
          await new Promise((resolve) => setImmediate(resolve));
        }
        const { space_size: size } = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
        console.log(size / 1024 / 1024);
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
  const { stdout } = spawnSync(process.execPath, [...nodeArgs, "--input-type=module", "-"], {
    input: code,
    env: { PATH: process.env.PATH },
    encoding: "utf8",
  });
  return Number(stdout);
}

it("V8's space for new objects stops at what is enough, or at what the operator says", async () => {
  const size = await sizeOfYoung();
  expect(size).toBeGreaterThan(1);
  expect(size).toBeLessThanOrEqual(64);
  expect(await sizeOfYoung("--max-semi-space-size=64")).toBeGreaterThan(64);
});
