// Bundles src/main.ts into dist/, split so that each SDK, undici and the sandbox are loaded only when used. The chunks are CommonJS,
// because start-up time is mostly loading, and ES modules would take 68 ms of processor time to tools/list instead of 56 (Node 20).
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { rolldown } from "rolldown";
import { packagesIn } from "./scripts/bundled-packages.mjs";
import { leanSchemas } from "./scripts/lean-schemas.mjs";
import { makeSbom } from "./scripts/sbom.mjs";

const root = import.meta.dirname;
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const source = (path) => join(root, "src", path);

/**
 * What clients are told about the tools. Generated once here, because loading the tools and generating JSON Schemas would take 27 ms
 * of every start (Node 20).
 */
async function makeListings() {
  const entry = "listings";
  const code = `export { TOOLS } from ${JSON.stringify(source("tools/index.ts"))};
    export { listTools } from ${JSON.stringify(source("tools/listing.ts"))};`;
  const bundle = await rolldown({
    cwd: root,
    input: entry,
    platform: "node",
    transform: { define: { __VERSION__: JSON.stringify(version) } },
    plugins: [
      {
        name: "listings",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ codeSplitting: false });
  const { TOOLS, listTools } = await import(
    `data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`
  );
  return listTools(TOOLS);
}

/** Keeps ajv, which both SDKs import, off the start path; src/mcp/validator.ts says why. The demo's client keeps its own copy. */
const withoutAjv = {
  name: "without-ajv",
  resolveId(id, importer = "") {
    const isAjv =
      id === "@modelcontextprotocol/server/_shims" ||
      (/ajv-provider\.js$/.test(id) && /sdk[\\/]dist[\\/]esm[\\/]server[\\/]index\.js$/.test(importer));
    return isAjv ? source("mcp/validator.ts") : undefined;
  },
};

/**
 * Makes pino a chunk of its own, loaded with the first logged line, because that takes 10 ms (Node 20). Leaves out its worker threads,
 * which are never started.
 */
const lazyPino = {
  name: "lazy-pino",
  resolveId(id) {
    if (id === "./pino.cjs") return { id: "./pino.js", external: true };
    return id === "thread-stream" ? "\0unused" : undefined;
  },
  load(id) {
    if (id === "\0unused") return "";
    return id === source("log/pino.ts") ? 'export const readPino = () => require("./pino.cjs");' : undefined;
  },
};

/**
 * undici loads two modules of Node immediately that requests to C1 do without, which takes 8 ms (Node 20): HTTP/2, which undici
 * itself replaces in this way on a Node that has none, and Node's own HTTP, of which it reads one default.
 */
const UNUSED = {
  "node:http2": { importer: /[\\/]undici[\\/]/, exports: "{ constants: {} }" },
  "node:http": {
    importer: /[\\/]undici[\\/]lib[\\/](core[\\/]util|dispatcher[\\/]client)\.js$/,
    exports: "{ maxHeaderSize: 16384 }",
  },
};
const leanUndici = {
  name: "lean-undici",
  resolveId: (id, importer = "") => (UNUSED[id]?.importer.test(importer) ? `\0no-${id}` : undefined),
  load: (id) => (id.startsWith("\0no-") ? `module.exports = ${UNUSED[id.slice(4)].exports};` : undefined),
};

/**
 * Few files, because each one costs a start a third of a millisecond: one contains everything that is loaded up to the list of
 * tools, and one what a call needs besides an SDK, undici and jose.
 */
const OPENING = ["cli/run.ts", "cli/stdio.ts"];
const CALLING = [
  "mcp/describe-client.ts",
  "tools/index.ts",
  "tools/run.ts",
  "replicas/local.ts",
  "config/secret-store.ts",
  "c1/client.ts",
];

/** Modules that `http` loads before it listens. They must not pull in the C1 client because of a shared module. */
const LISTENING = ["cli/http.ts", "http/front.ts", "http/assemble.ts", "http/gate.ts"];

const graph = {
  name: "graph",
  buildEnd() {
    graph.read = (id) => this.getModuleInfo(id);
  },
};

/** Whether a module is loaded together with one of the named ones, by static imports. */
function isReadWith(paths) {
  const found = new Set();
  const fill = () => {
    const queue = paths.map(source);
    for (const id of queue) {
      if (found.has(id)) continue;
      found.add(id);
      queue.push(...(graph.read(id)?.importedIds ?? []));
    }
  };
  return (id) => {
    if (found.size === 0) fill();
    return found.has(id);
  };
}

const isCalling = isReadWith(CALLING);
const isListening = isReadWith(LISTENING);
const bundle = await rolldown({
  cwd: root,
  input: { main: source("main.ts"), "chunks/pino": "pino" },
  platform: "node",
  transform: {
    target: "node20.18",
    define: {
      __VERSION__: JSON.stringify(version),
      __TOOL_LISTINGS__: JSON.stringify(await makeListings()),
      "import.meta.dirname": "__dirname",
    },
  },
  plugins: [withoutAjv, lazyPino, leanUndici, leanSchemas, graph],
  // No bundled module reads a property only for what that does; zod has many constants that are such reads.
  treeshake: { propertyReadSideEffects: false },
  // A module of the two files below may be imported lazily elsewhere.
  checks: { ineffectiveDynamicImport: false },
});

const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: dist,
  format: "cjs",
  // Code that V8 kept from an earlier start may not import, only require.
  dynamicImportInCjs: false,
  minify: true,
  comments: { legal: false },
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
  codeSplitting: {
    groups: [
      { name: "opening", test: isReadWith(OPENING), priority: 3 },
      { name: "common", test: (id) => isCalling(id) && isListening(id), priority: 2 },
      { name: "calling", test: isCalling, priority: 1 },
      { name: "zod", test: /[\\/]zod[\\/]v4[\\/]/, priority: 0 },
    ],
  },
});
await bundle.close();
for (const { type, fileName, code } of output) {
  if (type === "chunk") writeFileSync(join(dist, fileName), escapeLetters(code));
}
chmodSync(join(dist, "main.js"), 0o755);
writeFileSync(join(dist, "package.json"), '{"type":"commonjs"}\n');
const bundled = packagesIn(describeOutput(), root);
writeFileSync(join(dist, "third-party-licenses.txt"), licensesOf(bundled.packages));
writeFileSync(join(dist, "sbom.cdx.json"), makeSbom(bundled, root));

/**
 * Escapes everything but ASCII, which minified code has in texts and patterns only: one such letter makes V8 keep the source of a
 * file in twice the memory.
 */
function escapeLetters(code) {
  if (/\\[^\0-\x7f]/.test(code)) throw new Error("a letter of the built code cannot be escaped");
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Which module is in which file, and what it imports, in esbuild's form, which `packagesIn` reads. */
function describeOutput() {
  const name = (id) => relative(root, id).replaceAll("\\", "/");
  const inputs = {};
  const outputs = {};
  for (const { type, fileName, facadeModuleId, modules } of output) {
    if (type !== "chunk") continue;
    const ids = Object.keys(modules).filter(isAbsolute);
    outputs[fileName] = {
      ...(facadeModuleId && { entryPoint: name(facadeModuleId) }),
      inputs: Object.fromEntries(ids.map((id) => [name(id), { bytesInOutput: modules[id].renderedLength }])),
    };
    for (const id of ids) {
      const { importedIds, dynamicallyImportedIds } = graph.read(id);
      const imported = [...importedIds, ...dynamicallyImportedIds].filter(isAbsolute);
      inputs[name(id)] = { imports: imported.map((path) => ({ path: name(path) })) };
    }
  }
  return { inputs, outputs };
}

/** The licences of the bundled packages, which must be distributed with the bundle; each text once. */
function licensesOf(packages) {
  const texts = new Map();
  for (const { folder, manifest } of packages) {
    const path = join(root, folder);
    const { name, version, license } = manifest;
    const file = readdirSync(path).find((entry) => /^(?:licen[cs]e|copying)\b/i.test(entry));
    const text = file === undefined ? "" : readFileSync(join(path, file), "utf8").trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...texts].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}
