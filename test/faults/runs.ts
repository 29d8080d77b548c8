/** Set by `npm run test:deep`: much larger counts, for a nightly run. */
const deep = process.env.TEST_DEEP === "1";

/**
 * Number of cases of each random test. Without one of the guards, about one case in ten fails, so small counts suffice to notice
 * that. Stories are cheap, and the mistakes that they look for fail one case in hundreds.
 */
export const RUNS = deep
  ? {
      schedules: 5_000,
      stories: 20_000,
      inputs: 10_000,
      arguments: 10_000,
      sets: 3_000,
      rounds: 125,
      edits: 1_000,
      records: 10_000,
      kills: 200,
      pages: 1_000,
    }
  : {
      schedules: 150,
      stories: 2_000,
      inputs: 300,
      // Per tool; nearly all of the code is the same for all tools.
      arguments: 150,
      sets: 120,
      rounds: 25,
      edits: 60,
      records: 400,
      kills: 6,
      pages: 120,
    };

/** Time limit of such a test, in milliseconds. */
export const PATIENCE_MS = deep ? 1_800_000 : 180_000;
