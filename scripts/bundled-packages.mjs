// Determines which packages the bundle contains, from esbuild's description of its output.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Our own code, as an entry among the package folders. */
const OWN = "";

/**
 * The packages whose code is in the output, by name and version, and which of them imports which. Modules that esbuild read but
 * dropped are not in the output.
 */
export function packagesIn({ inputs, outputs }, root) {
  const imports = new Map();
  for (const path of pathsIn(outputs)) {
    const folder = folderOf(path);
    const others = imports.get(folder) ?? new Set();
    imports.set(folder, others);
    for (const { path: imported } of inputs[path]?.imports ?? []) others.add(folderOf(imported));
  }
  // An entry point of its own is imported by our code.
  for (const { entryPoint = OWN } of Object.values(outputs)) imports.get(OWN)?.add(folderOf(entryPoint));
  const isIn = (folder) => folder !== OWN && imports.has(folder);
  const importsOf = (folder) =>
    [...(imports.get(folder) ?? [])].filter((other) => other !== folder && isIn(other));
  const packages = [...imports.keys()].filter(isIn).map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    return { folder, manifest, imports: importsOf(folder) };
  });
  const idOf = ({ manifest: { name, version } }) => `${name}@${version}`;
  return { packages: packages.sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1)), own: importsOf(OWN) };
}

function pathsIn(outputs) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
}

const folderOf = (path) => PACKAGE.exec(path)?.[0] ?? OWN;
