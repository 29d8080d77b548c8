// Real clients and the official conformance suite against the built server: `npm run test:e2e [-- suite …]`.
// Needs a network for the packages it installs into a temporary folder; says by name what it skips without one.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..", "..");
// Two folders below the root, as the sources are: they find the root from where they stand.
const folder = mkdtempSync(join(root, "node_modules", ".e2e-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, "main.mjs");

await build({
  absWorkingDir: root,
  entryPoints: ["test/e2e/main.ts"],
  outfile,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  logLevel: "warning",
});
const { main } = await import(pathToFileURL(outfile).href);
process.exit(await main(process.argv.slice(2)));
