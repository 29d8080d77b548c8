// Builds the package from this checkout and compares it with the given file: npm run verify-build -- FILE (.tgz or .mcpb). Exits with
// 0 if they are the same byte for byte, 1 if they differ, 2 if there is nothing to compare. The same content in different packing, as
// another npm may produce it, is reported separately.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { packMcpb } from "./pack-mcpb.mjs";
import { unpack } from "./unpack.mjs";

const root = join(import.meta.dirname, "..");
const [file = ""] = process.argv.slice(2);
const makers = { ".tgz": makeNpmPackage, ".mcpb": makeMcpb };
const make = makers[/\.\w+$/.exec(file)?.[0]];
if (make === undefined) {
  const what = file === "" ? "" : `${file} is no package (.tgz or .mcpb). `;
  stop(2, `${what}Give the package to compare: npm run verify-build -- FILE`);
}

const given = read(resolve(process.env.INIT_CWD ?? ".", file));
const made = make();
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
if (given.equals(made)) stop(0, `Identical: ${file} is what this checkout makes.\nSHA-256 ${sha256(given)}`);
const differences = compare(unpackOrStop(given), unpack(made));
stop(
  1,
  differences.length > 0
    ? `${file} is NOT what this checkout makes:\n${differences.map((line) => `  ${line}`).join("\n")}`
    : `${file} holds the same files as this checkout makes, but is packed otherwise: by another version of Node.js or npm?`,
);

function makeNpmPackage() {
  const folder = mkdtempSync(join(tmpdir(), "verify-build-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  // Packing builds first. The scripts' output does not matter here.
  npm("pack", "--silent", "--pack-destination", folder);
  return readFileSync(join(folder, readdirSync(folder)[0]));
}

function makeMcpb() {
  npm("run", "--silent", "build");
  return packMcpb(root);
}

function npm(...args) {
  execFileSync("npm", args, {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
}

function compare(theirs, ours) {
  const paths = [...new Set([...theirs.keys(), ...ours.keys()])].sort();
  return paths.flatMap((path) => {
    const [one, other] = [theirs.get(path), ours.get(path)];
    if (one === undefined) return [`missing: ${path}`];
    if (other === undefined) return [`not made here: ${path}`];
    return one.equals(other) ? [] : [`differs: ${path}`];
  });
}

function read(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    const found = { ENOENT: `There is no file ${path}`, EISDIR: `${path} is a folder` }[error.code];
    return stop(
      2,
      `${found ?? `${path} cannot be read (${error.code})`}. Give the path of the package to compare.`,
    );
  }
}

function unpackOrStop(bytes) {
  try {
    return unpack(bytes);
  } catch {
    return stop(1, `${file} is NOT what this checkout makes: it cannot be unpacked.`);
  }
}

function stop(code, text) {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
