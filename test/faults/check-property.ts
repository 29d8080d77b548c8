import { randomInt } from "node:crypto";
import fc from "fast-check";
import { PATIENCE_MS } from "./runs.ts";

/**
 * The part of a test's time that its runs may take. A property that fails is made smaller run by run; were the test
 * stopped in the middle of that, nobody would learn its seed.
 */
const TIME_SHARE = 0.8;

/** Set by hand to repeat a failure: the seed that it named and, where only its last case is wanted, the path. */
const { TEST_SEED, TEST_PATH } = process.env;

/** What the runs of this process start from. */
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
