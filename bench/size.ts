import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ERAS, type Era } from "./eras.ts";
import { onLines } from "./processes.ts";
import { type Bench, kilobytes, type Part } from "./report.ts";
import { DUMMY } from "./start.ts";
import { connectStdio, open } from "./stdio-client.ts";

export const measureSize: Part = async (bench) => {
  const pack = packPublished(bench);
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: object };
  const rows = [
    ["package as published, packed", kilobytes(pack.size)],
    ["package as published, unpacked", kilobytes(pack.unpackedSize)],
    ["files in it", String(pack.entryCount)],
    ["packages that its user installs", String(1 + pack.dependencies)],
    ["packages in the lock file of a checkout", String(Object.keys(lock.packages).filter(Boolean).length)],
  ];
  for (const era of ERAS) {
    const sizes = await readStartPath(bench, era);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    rows.push([`code read until \`tools/list\`, ${era}`, `${kilobytes(bytes)} in ${sizes.length} files`]);
  }
  return {
    title: "Size",
    method:
      "What `npm pack` says of the package with the manifest that is published; the packages are those that its manifest asks for, and those of package-lock.json. The " +
      "code on the start path is every file of dist that the module loader was asked for until the answer to `tools/list`.",
    tables: [{ head: ["Size", "value"], rows }],
  };
};

interface Pack {
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
  readonly dependencies: number;
}

/** Packs a copy, so that neither package.json nor dist of this checkout is touched. */
function packPublished({ folder, main }: Bench): Pack {
  const stage = join(folder, "package");
  mkdirSync(stage);
  const run = (file: string, args: string[], cwd: string) =>
    execFileSync(file, args, { cwd, encoding: "utf8", stdio: "pipe" });
  const manifest = run(process.execPath, ["scripts/published-manifest.mjs", "print"], process.cwd());
  const { files, dependencies = {} } = JSON.parse(manifest) as { files: string[]; dependencies?: object };
  writeFileSync(join(stage, "package.json"), manifest);
  for (const file of files.filter((pattern) => !pattern.startsWith("!"))) {
    const from = file === "dist" ? dirname(main) : file;
    cpSync(from, join(stage, basename(file)), { recursive: true });
  }
  const npm = process.env.npm_execpath;
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const output = npm ? run(process.execPath, [npm, ...args], stage) : run("npm", args, stage);
  const [pack] = JSON.parse(output) as Omit<Pack, "dependencies">[];
  if (!pack) throw new Error("npm pack said nothing");
  return { ...pack, dependencies: Object.keys(dependencies).length };
}

/** Sizes of the files that a start loads as modules, found by the recorder of the start-up tests. */
async function readStartPath({ main }: Bench, era: Era): Promise<number[]> {
  const recorder = pathToFileURL(join(process.cwd(), "test", "support", "recorder.mjs")).href;
  const own = dirname(main) + sep;
  const files = new Set<string>();
  const command: [string, ...string[]] = [process.execPath, "--import", recorder, main, "stdio"];
  const client = connectStdio(command, era, { env: DUMMY });
  let counting = true;
  onLines(client.server.child.stderr, (line) => {
    const { recorded = "" } = JSON.parse(line) as { recorded?: string };
    const [kind, file = ""] = recorded.split(/ (.*)/);
    // The recorder reports URLs for imports and paths for require.
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    if (counting && kind === "load" && path.startsWith(own)) files.add(path);
  });
  await open(client, era);
  counting = false;
  await client.end();
  if (files.size === 0) throw new Error("the recorder saw no file");
  return [...files].map((file) => statSync(file).size);
}
