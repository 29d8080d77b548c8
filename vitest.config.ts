import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** `--mode deep`: the full counts of the property and fuzz tests. */
const isDeep = process.argv.includes("deep");

/** What shares its process with other files: a process of their own costs most of these more than all that they test. */
const TOGETHER = "test/{unit,contract}/**/*.test.ts";

/** Ask what is loaded when, or replace a module of Node's. */
const ALONE = ["test/unit/c1/lazy-start.test.ts", "test/unit/cli/heap.test.ts"];

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    projects: [
      { extends: true, test: { name: "together", include: [TOGETHER], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: "alone", include: [...ALONE, "test/integration/**/*.test.ts"] } },
    ],
    // Generous, because other work on the machine must not decide a test.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // By default one core stays free; of two that is half, and most tests wait rather than compute.
    maxWorkers: "100%",
    env: { TEST_DEEP: isDeep ? "1" : "" },
    reporters: ["default", "./test/support/closing-line.ts"],
  },
});
