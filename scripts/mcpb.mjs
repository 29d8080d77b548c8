// Packs dist/ as an MCP bundle, which Claude Desktop installs by a double click: out/c1-admin-mcp-<version>.mcpb
// Validated and packed by the official tool, fetched when it is needed and no dependency of this project.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TOOL = "@anthropic-ai/mcpb@2.1.2";

const root = join(import.meta.dirname, "..");
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const file = `${name}-${version}.mcpb`;
const folder = mkdtempSync(join(tmpdir(), "mcpb-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const bundle = join(folder, "bundle");
mkdirSync(bundle);
for (const part of ["manifest.json", "dist", "README.md", "CHANGELOG.md", "LICENSE"]) {
  cpSync(join(root, part), join(bundle, part), { recursive: true });
}
// Without it Node would take dist/ for CommonJS.
const published = join(root, "scripts", "published-manifest.mjs");
writeFileSync(join(bundle, "package.json"), execFileSync(process.execPath, [published, "print"]));

run("validate", "bundle/manifest.json");
run("pack", "bundle", file);

const out = join(root, "out");
mkdirSync(out, { recursive: true });
copyFileSync(join(folder, file), join(out, file));
process.stdout.write(`out/${file}\n`);

/** Relative paths only: on Windows npx is a shell script, and a shell would split a path with a space in it. */
function run(...args) {
  const shell = process.platform === "win32";
  execFileSync("npx", ["--yes", TOOL, ...args], { cwd: folder, stdio: "inherit", shell });
}
