// Runs real clients and the official conformance suite against the built server: `npm run test:e2e [-- suite …]`. Needs a
// network, because it installs packages into a temporary folder; without one, it reports what it skips.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..", "..");
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
  // The sources find the root of the checkout relative to their own place, but the bundle is elsewhere.
  define: { "import.meta.url": JSON.stringify(pathToFileURL(join(root, "test", "e2e", "main.ts")).href) },
  logLevel: "warning",
});
const { main } = await import(pathToFileURL(outfile).href);
process.exit(await main(process.argv.slice(2)));
