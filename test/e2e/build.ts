import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../support/sources.ts";
import type { Kit } from "./kit.ts";
import { type Ended, Missing } from "./kit.ts";
import type { Suite } from "./suite.ts";

const MINUTES_5 = 300_000;

interface Clone {
  readonly folder: string;
  readonly tgz: string;
  readonly mcpb: string;
}

let clones: Promise<readonly Clone[]> | undefined;

/** Makes two clones of the last commit, in folders of different names and depths, and builds the packages in each. */
function makeClones(kit: Kit): Promise<readonly Clone[]> {
  clones ??= (async () => {
    const made: Clone[] = [];
    for (const name of ["one", join("a", "second clone")])
      made.push(await makeClone(kit, join(kit.folder, name)));
    return made;
  })();
  return clones;
}

async function makeClone(kit: Kit, folder: string): Promise<Clone> {
  const must = async (what: string, running: Promise<Ended>) => {
    const ended = await running;
    if (ended.code !== 0) throw new Missing(`${what} ended with ${ended.code}: ${ended.stderr.slice(-300)}`);
  };
  const options = { cwd: folder, timeoutMs: MINUTES_5 };
  await must("git clone", kit.run("git", ["clone", "--quiet", ROOT, folder], { timeoutMs: MINUTES_5 }));
  await must("npm ci", kit.run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"], options));
  await must("npm pack", kit.run("npm", ["pack", "--silent"], options));
  const mcpb = join(folder, "out.mcpb");
  const pack = `import("./scripts/pack-mcpb.mjs").then(({ packMcpb }) => process.getBuiltinModule("node:fs").writeFileSync(${JSON.stringify(mcpb)}, packMcpb(process.cwd())))`;
  await must("packing the bundle", kit.run(process.execPath, ["-e", pack], options));
  const tgz = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  return { folder, tgz: join(folder, tgz), mcpb };
}

const hashOf = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

async function compare(kit: Kit, kind: "tgz" | "mcpb"): Promise<string> {
  const hashes = await Promise.all((await makeClones(kit)).map((clone) => hashOf(clone[kind])));
  if (new Set(hashes).size !== 1) throw new Error(`they differ: ${hashes.join(" ")}`);
  return `SHA-256 ${hashes[0]}`;
}

async function verify(kit: Kit, kind: "tgz" | "mcpb"): Promise<string> {
  const [one, other] = (await makeClones(kit)) as [Clone, Clone];
  const run = (file: string) =>
    kit.run("npm", ["run", "--silent", "verify-build", "--", file], {
      cwd: one.folder,
      timeoutMs: MINUTES_5,
    });
  const same = await run(other[kind]);
  if (same.code !== 0 || !same.stdout.startsWith("Identical:")) throw new Error(same.stdout + same.stderr);
  const changed = await readFile(other[kind]);
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  const file = join(kit.folder, `changed.${kind}`);
  await writeFile(file, changed);
  const differs = await run(file);
  if (differs.code !== 1) throw new Error(`one bit changed ended with ${differs.code}: ${differs.stderr}`);
  return differs.stderr.trim().split("\n")[0] ?? "";
}

export const build: Suite = {
  name: "build",
  what: "two clean clones of the last commit in different folders",
  checks: [
    { name: "two clones build the same npm package, byte for byte", run: (kit) => compare(kit, "tgz") },
    { name: "two clones build the same MCP bundle, byte for byte", run: (kit) => compare(kit, "mcpb") },
    {
      name: "verify-build accepts the other clone's npm package, and refuses it with one bit changed",
      run: (kit) => verify(kit, "tgz"),
    },
    {
      name: "verify-build accepts the other clone's MCP bundle, and refuses it with one bit changed",
      run: (kit) => verify(kit, "mcpb"),
    },
  ],
};
