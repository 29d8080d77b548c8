// Bundles a script of test/ or bench/ and runs it: node test/faults/run.mjs <script.ts> [arguments]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..", "..");
const [script = "test/faults/print.ts"] = process.argv.slice(2);
const outfile = join(
  root,
  "node_modules",
  ".cache",
  "c1-admin-mcp",
  script.replace(/\W/g, "-").concat(".mjs"),
);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

await build({
  absWorkingDir: root,
  entryPoints: [script],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.18",
  define: { __VERSION__: JSON.stringify(version) },
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
await import(pathToFileURL(outfile).href);
