import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** `--mode deep`: the full counts of the property and fuzz tests. */
const isDeep = process.argv.includes("deep");

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    include: ["test/{unit,contract,integration}/**/*.test.ts"],
    // Generous, because other work on the machine must not decide a test.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // By default one core stays free; of two that is half, and most tests wait rather than compute.
    maxWorkers: "100%",
    env: { TEST_DEEP: isDeep ? "1" : "" },
    reporters: ["default", "./test/support/closing-line.ts"],
  },
});
