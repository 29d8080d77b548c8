// Bundles src/main.ts into dist/ with code splitting, so that each SDK, undici and the sandbox are read only when used.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** What clients are told about the tools, made here once. */
async function makeListings() {
  const { outputFiles } = await build({
    stdin: {
      contents:
        'export { TOOLS } from "./src/tools/index.ts"; export { listTools } from "./src/tools/listing.ts";',
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: "esm",
    platform: "node",
    define: { __VERSION__: JSON.stringify(version) },
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  const { TOOLS, listTools } = await import(`data:text/javascript;base64,${code}`);
  return listTools(TOOLS);
}

/** Keeps ajv, which both SDKs import, off the start path: src/mcp/validator.ts says why. The demo's client keeps its own. */
const withoutAjv = {
  name: "without-ajv",
  setup({ onResolve }) {
    const path = join(import.meta.dirname, "src/mcp/validator.ts");
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({ path }));
    onResolve({ filter: /ajv-provider\.js$/ }, ({ importer }) =>
      /sdk[\\/]dist[\\/]esm[\\/]server[\\/]index\.js$/.test(importer) ? { path } : undefined,
    );
  },
};

rmSync(new URL("dist", import.meta.url), { recursive: true, force: true });

const { metafile } = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: { main: "src/main.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.18",
  minify: true,
  keepNames: true,
  legalComments: "none",
  define: { __VERSION__: JSON.stringify(version), __TOOL_LISTINGS__: JSON.stringify(await makeListings()) },
  chunkNames: "chunks/[name]-[hash]",
  // Some dependencies (ajv, pino) are CommonJS and call require() for Node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  plugins: [withoutAjv],
  metafile: true,
  logLevel: "warning",
});

writeFileSync(new URL("dist/third-party-licenses.txt", import.meta.url), licensesOf(metafile));

/** The licences of what the bundle holds, which ask to be handed on with it; each text once. */
function licensesOf({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = inputs.flatMap((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const packages = new Map();
  for (const folder of [...new Set(folders)].sort()) {
    const path = join(import.meta.dirname, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    const file = readdirSync(path).find((entry) => /^(?:licen[cs]e|copying)\b/i.test(entry));
    const text = file === undefined ? "" : readFileSync(join(path, file), "utf8").trim();
    packages.set(text, [...(packages.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...packages].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}
