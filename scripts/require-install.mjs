// Says in one sentence what a fresh clone lacks, before Node fails with a stack trace. Usage: [PATH], which `npm ci` makes.
import { existsSync } from "node:fs";
import { join } from "node:path";

const [path = "dist/main.js"] = process.argv.slice(2);
if (!existsSync(join(import.meta.dirname, "..", path))) {
  process.stderr.write("Run `npm ci` first: it installs what this needs, and builds the server.\n");
  process.exitCode = 1;
}
