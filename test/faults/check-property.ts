import { randomInt } from "node:crypto";
import fc from "fast-check";
import { PATIENCE_MS } from "./runs.ts";

/**
 * The share of a test's time limit that its runs may take. Shrinking a failure takes many runs; if the test timed out during that,
 * the seed would never be printed.
 */
const TIME_SHARE = 0.8;

/** Set by hand to repeat a failure: the seed that it printed, and the path to run only its last case. */
const { TEST_SEED, TEST_PATH } = process.env;

/** Seed of all random tests in this process. */
export const SEED = TEST_SEED === undefined ? randomInt(2 ** 31) : Number(TEST_SEED);

/** Checks a property with random cases. Rejects with the seed, the path and the case of a failure. */
export async function checkProperty<T>(
  property: fc.IAsyncProperty<T>,
  numRuns: number,
  seed = SEED,
): Promise<void> {
  await fc.assert(property, {
    seed,
    ...(TEST_PATH !== undefined && { path: TEST_PATH }),
    numRuns,
    interruptAfterTimeLimit: PATIENCE_MS * TIME_SHARE,
    markInterruptAsFailure: true,
  });
}
