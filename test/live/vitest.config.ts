import { join } from "node:path";
import base from "../../vitest.config.ts";

/** `npm run live`: the tests that write to a tenant, which no other command runs. */
export default {
  ...base,
  root: join(import.meta.dirname, "..", ".."),
  test: {
    ...base.test,
    include: ["test/live/**/*.test.ts"],
    testTimeout: 20 * 60_000,
    disableConsoleIntercept: true,
  },
};
