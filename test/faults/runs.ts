/** Set by `npm run test:deep`: the counts for a night, many times those of every test run. */
const deep = process.env.TEST_DEEP === "1";

/**
 * How often a random test runs. A guard that is gone fails one case in ten or so, which the small counts find as surely as the
 * large ones. Stories cost little, and what they are for fails one case in hundreds.
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
      // Of each tool, and nearly all of it is one path for all tools.
      arguments: 150,
      sets: 120,
      rounds: 25,
      edits: 60,
      records: 400,
      kills: 6,
      pages: 120,
    };

/** What such a test may take, in milliseconds. */
export const PATIENCE_MS = deep ? 1_800_000 : 180_000;
