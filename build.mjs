// Bundles src/main.ts into dist/ with code splitting, so that each SDK, undici and the sandbox are read only when used. The
// chunks are then turned into CommonJS: Node reads that sooner, and a start is little else than reading.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, transform } from "esbuild";
import { packagesIn } from "./scripts/bundled-packages.mjs";
import { makeSbom } from "./scripts/sbom.mjs";

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

/** pino is a chunk of its own, read with the first line that is logged, and without its worker threads, which we never start. */
const lazyPino = {
  name: "lazy-pino",
  setup({ onLoad, onResolve }) {
    const contents = 'export const readPino = () => require("./pino.js").default;';
    onLoad({ filter: /src[\\/]log[\\/]pino\.ts$/ }, () => ({ contents }));
    onResolve({ filter: /^\.\/pino\.js$/ }, ({ importer, path }) =>
      /src[\\/]log[\\/]pino\.ts$/.test(importer) ? { path, external: true } : undefined,
    );
    onResolve({ filter: /^thread-stream$/ }, () => ({ path: "thread-stream", namespace: "unused" }));
    onLoad({ filter: /^/, namespace: "unused" }, () => ({ contents: "" }));
  },
};

/**
 * Lets esbuild drop those schemas of the SDKs that nothing here uses (prompts, sampling, OAuth and so on) and that a start
 * would make for nothing: it cannot see by itself that making them has no other effect. The newer SDK also puts each of
 * them into two tables, which are filled here only if they are used. A start then takes 470 million instructions in place of
 * 555 with a client of 2026, 414 in place of 424 with one of 2025 (callgrind, Node 20).
 */
const dropped = { schemas: [], tables: 0 };
const withoutIdleSchemas = {
  name: "without-idle-schemas",
  setup({ onLoad }) {
    const pure = (expression) => `/* @__PURE__ */ (() => ${expression})()`;
    // As esbuild prints it, a statement at the top ends with the first line that is not indented and ends with a semicolon.
    const schema = /^(const [\w$]+ = )((?:z|\w+Schema[\w$]*)\.(?:.*|.*[^;]\n(?:[\s\S]*?\n)??\S.*));$/gm;
    const tables =
      /^((?:for \(const .*\) register\(key, .*\);\n)+)const (\w+) = (.*);\nconst (\w+) = (.*);$/m;
    const sdks = /@modelcontextprotocol[\\/](?:core|server|sdk)[\\/]dist[\\/](?:esm[\\/])?[\w-]+\.m?js$/;
    onLoad({ filter: sdks }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { format: "esm", target: "esnext" });
      const contents = code
        .replace(schema, (_statement, head, made) => {
          dropped.schemas.push(`${path.replace(/.*node_modules[\\/]/, "").replaceAll("\\", "/")} ${head}`);
          return `${head}${pure(made)};`;
        })
        .replace(tables, (_statements, fill, one, first, two, second) => {
          dropped.tables += 1;
          return [
            `const specTables = ${pure(`{ ${fill} return [${first}, ${second}]; }`)};`,
            `const ${one} = ${pure("specTables[0]")};`,
            `const ${two} = ${pure("specTables[1]")};`,
          ].join("\n");
        });
      return { contents };
    });
  },
};

const { metafile, outputFiles } = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: { main: "src/main.ts", "chunks/pino": "pino" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  minify: true,
  legalComments: "none",
  define: { __VERSION__: JSON.stringify(version), __TOOL_LISTINGS__: JSON.stringify(await makeListings()) },
  chunkNames: "chunks/[name]-[hash]",
  plugins: [withoutAjv, lazyPino, withoutIdleSchemas],
  metafile: true,
  logLevel: "warning",
  write: false,
});

checkDropped(dropped);

const dist = join(import.meta.dirname, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "chunks"), { recursive: true });
writeFileSync(join(dist, "package.json"), '{"type":"commonjs"}\n');
const bundled = packagesIn(metafile, import.meta.dirname);
writeFileSync(join(dist, "third-party-licenses.txt"), licensesOf(bundled.packages));
writeFileSync(join(dist, "sbom.cdx.json"), makeSbom(bundled, import.meta.dirname));
for (const { path, text } of outputFiles) {
  writeFileSync(path, await toCommonJs(text), { mode: text.startsWith("#!") ? 0o755 : 0o644 });
}

/**
 * What was rewritten above must be what was looked at when it was written: with another version of an SDK a pattern could
 * match something else, or nothing. After an update of an SDK look at the new names, then put the new figures here.
 */
function checkDropped({ schemas, tables }) {
  const names = createHash("sha256").update(schemas.sort().join("\n")).digest("hex").slice(0, 16);
  const found = `${schemas.length} schemas (${names}), ${tables} tables`;
  if (found === "334 schemas (3a5cc034cf977eb8), 1 tables") return;
  throw new Error(`build.mjs rewrites the SDKs' sources otherwise than agreed to: ${found}`);
}

async function toCommonJs(text) {
  // esbuild would copy all names of a chunk each time it is imported; ours need no copy.
  const required = text.replace(
    /\bimport\(("\.[^"]+")\)/g,
    (_import, path) => `Promise.resolve().then(()=>require(${path}))`,
  );
  const { code } = await transform(required, {
    format: "cjs",
    platform: "node",
    target: "node20.18",
    minify: true,
    legalComments: "none",
    supported: { "dynamic-import": false },
    define: { "import.meta.dirname": "__dirname" },
    logLevel: "warning",
  });
  return code;
}

/** The licences of what the bundle holds, which ask to be handed on with it; each text once. */
function licensesOf(packages) {
  const texts = new Map();
  for (const { folder, manifest } of packages) {
    const path = join(import.meta.dirname, folder);
    const { name, version, license } = manifest;
    const file = readdirSync(path).find((entry) => /^(?:licen[cs]e|copying)\b/i.test(entry));
    const text = file === undefined ? "" : readFileSync(join(path, file), "utf8").trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...texts].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}
