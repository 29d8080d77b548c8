// Says in one sentence what a fresh clone lacks, before Node fails with a stack trace.
import { existsSync } from "node:fs";
import { join } from "node:path";

if (!existsSync(join(import.meta.dirname, "..", "dist", "main.js"))) {
  process.stderr.write("Run `npm ci` first: it installs what this needs, and builds the server.\n");
  process.exitCode = 1;
}
