import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

interface Loaded {
  readonly file: string;
  /** The checksum of the source. */
  readonly sum: number;
  readonly script: Script;
  /** The size of the compiled code that was used, in bytes; 0 if there was none. */
  readonly kept: number;
}

type Load = (module: Module, path: string) => void;

/** The checksums of the source and of the compiled code, four bytes each. */
const HEADER = 8;

/** Code is kept again if it has grown by this factor, because an earlier process may have used little of it. */
const GROWTH = 1.1;

/** What Node gives to a CommonJS module. */
const OPENING = Buffer.from("(function (exports, require, module, __filename, __dirname) { ");
const ENDING = Buffer.from("\n})");

/**
 * Keeps compiled code for the next start, as `module.enableCompileCache` of later Nodes does with less effect. V8 checks that its
 * version and flags are the same, but only the length of the source, and crashes on damaged code: hence the checksums.
 * @param sources the folder of the modules.
 * @param cache a folder that only those may write to who may write the code; if nobody may, nothing is kept.
 */
export function keepCompiledCode(sources: string, cache: string): void {
  const loaded: Loaded[] = [];
  const { _extensions: loaders } = Module as unknown as { _extensions: { ".js": Load } };
  const load = loaders[".js"];
  loaders[".js"] = (module, path) => {
    if (dirname(path) !== sources) return load(module, path);
    const file = join(cache, `${basename(path)}-${process.version}-${process.arch}`);
    const code = readFileSync(path);
    const sum = checksum(code);
    const cachedData = readCompiled(file, sum);
    const script = new Script(Buffer.concat([OPENING, code, ENDING]).toString("latin1"), {
      filename: path,
      columnOffset: -OPENING.length,
      cachedData,
    });
    const kept = script.cachedDataRejected === false ? (cachedData?.length ?? 0) : 0;
    loaded.push({ file, sum, script, kept });
    script.runInThisContext()(module.exports, createRequire(path), module, path, sources);
  };
  // At the end, so that functions are included that were compiled when they first ran.
  process.once("exit", () => writeCompiled(cache, loaded));
}

const checksum = (data: Buffer) => process.getBuiltinModule("node:zlib").crc32(data);

function readCompiled(file: string, sum: number): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const code = bytes.subarray(HEADER);
    const isGood = bytes.readUInt32LE() === sum && bytes.readUInt32LE(4) === checksum(code);
    return isGood ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Even where the process lets everybody write its files: whoever writes these decides what the next start runs. */
function writeCompiled(folder: string, loaded: readonly Loaded[]): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    for (const { file, sum, script, kept } of loaded) {
      const code = script.createCachedData();
      if (code.length <= kept * GROWTH) continue;
      const header = Buffer.alloc(HEADER);
      header.writeUInt32LE(sum);
      header.writeUInt32LE(checksum(code), 4);
      const draft = `${file}.${process.pid}`;
      try {
        writeFileSync(draft, Buffer.concat([header, code]), { mode: 0o644 });
        renameSync(draft, file);
      } finally {
        rmSync(draft, { force: true });
      }
    }
  } catch {
    // A read-only or full disk: the next start compiles again.
  }
}
