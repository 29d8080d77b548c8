import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: scripts have no types
import { packagesIn } from "../../../scripts/bundled-packages.mjs";

interface Bundled {
  readonly packages: readonly {
    folder: string;
    manifest: { name: string; version: string };
    imports: string[];
  }[];
  readonly own: readonly string[];
}

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "bundled-"));
});
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function install(folder: string, version: string, code: string, more: object = {}): void {
  const name = folder.replace(/.*node_modules\//, "");
  write(
    `${folder}/package.json`,
    JSON.stringify({ name, version, license: "MIT", main: "index.js", ...more }),
  );
  write(`${folder}/index.js`, code);
}

describe("packagesIn", () => {
  it("names exactly the packages whose code is in the output, each version separately, and their importers", async () => {
    install(
      "node_modules/used",
      "1.0.0",
      'import { deep } from "@scope/deep"; export const used = "used" + deep;',
    );
    install("node_modules/@scope/deep", "2.0.0", 'import "twice"; export const deep = "deep-of-used";');
    install("node_modules/twice", "1.0.0", 'globalThis.outer = "twice-outer";');
    install("node_modules/@scope/deep/node_modules/twice", "2.0.0", 'globalThis.inner = "twice-inner";');
    install("node_modules/common", "3.0.0", 'module.exports = { common: "common-js" };');
    install("node_modules/lazy", "4.0.0", 'export const lazy = "loaded-later";');
    // Read by the bundler, and dropped.
    install("node_modules/shaken", "5.0.0", 'export const shaken = "shaken-off";', { sideEffects: false });
    install("node_modules/empty", "6.0.0", "");
    // Installed, but never read.
    install("node_modules/idle", "7.0.0", 'export const idle = "idle-one";');
    write(
      "main.js",
      `import { used } from "used"; import "twice"; import { common } from "common"; import "empty";
       import { shaken } from "shaken"; console.log(used, common); import("lazy").then(console.log);`,
    );
    const { metafile, outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: ["main.js"],
      outdir: "out",
      bundle: true,
      splitting: true,
      format: "esm",
      minify: true,
      metafile: true,
      write: false,
    });
    const { packages, own } = packagesIn(metafile, root) as Bundled;
    expect(packages.map(({ manifest: { name, version } }) => `${name}@${version}`)).toEqual([
      "@scope/deep@2.0.0",
      "common@3.0.0",
      "lazy@4.0.0",
      "twice@1.0.0",
      "twice@2.0.0",
      "used@1.0.0",
    ]);
    const code = outputFiles.map(({ text }) => text).join("\n");
    const marks = [
      "deep-of-used",
      "common-js",
      "loaded-later",
      "twice-outer",
      "twice-inner",
      "used",
      "shaken-off",
      "idle-one",
    ];
    expect(marks.filter((mark) => code.includes(mark))).toEqual(marks.slice(0, 6));
    expect([...own].sort()).toEqual(
      ["common", "lazy", "twice", "used"].map((name) => `node_modules/${name}`),
    );
    const deep = packages.find(({ manifest }) => manifest.name === "@scope/deep");
    expect(deep?.imports).toEqual(["node_modules/@scope/deep/node_modules/twice"]);
  });
});
