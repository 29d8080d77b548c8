// Verifies what can be verified in this checkout before a release, and lists what only the owner of the names can supply: `npm run
// release:check`. Exit code 0 if nothing else is left.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const read = (path) => readFileSync(join(root, path), "utf8");
const parse = (path) => JSON.parse(read(path));
const manifest = parse("manifest.json");
const { version, private: isPrivate, mcpName } = parse("package.json");

const VERIFIED = [
  ["one version everywhere", () => differing(versions())],
  ["CHANGELOG.md has this version with its date, and nothing unreleased", checkChangelog],
  ["nothing is uncommitted", () => git("status", "--porcelain")],
  ["no tag of this version exists yet", () => git("tag", "--list", `v${version}`)],
  ["the pages made from the code are up to date", () => run("npx", "vitest", "run", "test/contract")],
  ["the package holds what it should and nothing else", () => run("npm", "pack", "--dry-run")],
  [
    "the tests pass",
    () => {
      print("      (the tests take minutes)");
      return run("npm", "test");
    },
  ],
];

const OWNERS = [
  ["the namespace in package.json (mcpName) and server.json", () => mcpName.includes("OWNER")],
  ['"private": true in package.json, taken out on purpose', () => isPrivate === true],
  ["a registry account, and who may publish: npm trusted publishing needs no key", () => true],
  ["documentation and support in manifest.json: links that Claude Desktop shows", () => !manifest.support],
  ["fileSha256 and address of the bundle in server.json, once it is published somewhere", () => true],
];

let failed = 0;
for (const [what, check] of VERIFIED) {
  const problem = check();
  if (problem) failed += 1;
  print(`${problem ? "fail" : "ok  "}  ${what}${problem ? `: ${problem.trim()}` : ""}`);
}
for (const [what, isLeft] of OWNERS) print(`${isLeft() ? "left" : "ok  "}  ${what}`);
print(failed === 0 ? "\nAll that can be verified here is in order." : `\n${failed} to put right.`);
process.exitCode = failed === 0 ? 0 : 1;

function versions() {
  const server = parse("server.json");
  return {
    "package.json": version,
    "package-lock.json": parse("package-lock.json").version,
    "manifest.json": manifest.version,
    "server.json": server.version,
    "server.json, package": server.packages[0].version,
  };
}

function differing(all) {
  const others = Object.entries(all).filter(([, one]) => one !== version);
  return others.map(([path, one]) => `${path} says ${one}`).join(", ");
}

function checkChangelog() {
  const text = read("CHANGELOG.md");
  const [, date] =
    new RegExp(`^## \\[${version.replaceAll(".", "\\.")}\\] - (\\d{4}-\\d\\d-\\d\\d)$`, "m").exec(text) ?? [];
  if (date === undefined) return `there is no heading "## [${version}] - YYYY-MM-DD"`;
  const [, unreleased = ""] = /^## \[Unreleased\]$([\s\S]*?)^## /m.exec(text) ?? [];
  return unreleased.trim() === "" ? "" : "something stands under Unreleased";
}

function git(...args) {
  if (!existsSync(join(root, ".git"))) return "this is no checkout";
  return execFileSync("git", args, { cwd: root, encoding: "utf8" });
}

/** The last lines of a failed command; nothing if it succeeded. */
function run(command, ...args) {
  try {
    execFileSync(command, args, { cwd: root, stdio: "pipe", shell: process.platform === "win32" });
    return "";
  } catch (error) {
    const lines = `${error.stdout}${error.stderr}`.trim().split("\n");
    return `${[command, ...args].join(" ")} failed\n${lines.slice(-15).join("\n")}`;
  }
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
