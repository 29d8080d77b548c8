import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** `--mode deep`: the full counts of the property and fuzz tests. */
const isDeep = process.argv.includes("deep");

/** Share their processes: one of its own costs most files more than all that they test. */
const TOGETHER = "test/{unit,contract,integration}/**/*.test.ts";

/** Asks what is loaded when. */
const ALONE = ["test/unit/c1/lazy-start.test.ts"];

/** Begin first: the last one running would have only one core. */
const LONG = ["canary", "connector-life", "replicas", "process-death", "fuzz-foreign-text"];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      // A process that is shared ends when a file that shares none is next.
      if (project.config.isolate) return 0;
      return LONG.some((name) => moduleId.endsWith(`/integration/${name}.test.ts`)) ? 1 : 2;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    projects: [
      { extends: true, test: { name: "together", include: [TOGETHER], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
    sequence: { sequencer: LongFirst },
    setupFiles: ["./test/support/calm-promises.ts"],
    // Generous, because other work on the machine must not decide a test.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One more than there are cores, because some files mostly wait, for processes that start and clocks that are real.
    maxWorkers: availableParallelism() + 1,
    // Most objects die with their test: 3 to 5 % less time.
    execArgv: ["--max-semi-space-size=64"],
    env: { TEST_DEEP: isDeep ? "1" : "" },
    reporters: ["default", "./test/support/closing-line.ts"],
  },
});
