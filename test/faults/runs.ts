/** Set by `npm run test:deep`: ten times the random runs. */
const deep = process.env.TEST_DEEP === "1";

/** How often a random test runs. */
export const RUNS = deep
  ? {
      schedules: 5_000,
      stories: 20_000,
      inputs: 10_000,
      edits: 1_000,
      records: 10_000,
      kills: 200,
      pages: 1_000,
    }
  : { schedules: 500, stories: 2_000, inputs: 1_000, edits: 60, records: 400, kills: 10, pages: 300 };

/** What such a test may take, in milliseconds. */
export const PATIENCE_MS = deep ? 1_800_000 : 180_000;
