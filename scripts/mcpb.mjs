// Packs dist/ as an MCP bundle, which Claude Desktop installs by a double click: out/c1-admin-mcp-<version>.mcpb, with its SHA-256
// beside it. The official tool, fetched on demand and not a dependency of this project, checks the manifest. The bundle is not
// signed: a signature by the official tool (2.1.2) results in a file that strict zip readers such as Claude Desktop reject, and its
// own check calls every file unsigned. A SHA-256 that anybody can reproduce proves more (`npm run verify-build`).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TOOL = "@anthropic-ai/mcpb@2.1.2";

const root = join(import.meta.dirname, "..");
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

if (!existsSync(join(root, "node_modules")))
  giveUp("Nothing can be built here yet: run `npm ci` first, which installs what that takes.");
execFileSync(process.execPath, ["build.mjs"], { cwd: root, stdio: "inherit" });

try {
  // Relative paths only: on Windows npx is a shell script, and a shell would split a path with a space in it.
  execFileSync("npx", ["--yes", TOOL, "validate", "manifest.json"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
} catch {
  giveUp(
    `manifest.json was not checked by ${TOOL}, which needs a network; what it said stands above. Nothing was packed.`,
  );
}

// Not earlier, because it needs what `npm ci` installs.
const { packMcpb } = await import("./pack-mcpb.mjs");
const file = `${name}-${version}.mcpb`;
const bytes = packMcpb(root);
const sha256 = createHash("sha256").update(bytes).digest("hex");
mkdirSync(join(root, "out"), { recursive: true });
writeFileSync(join(root, "out", file), bytes);
writeFileSync(join(root, "out", `${file}.sha256`), `${sha256}  ${file}\n`);
process.stdout.write(`out/${file}\nSHA-256 ${sha256}\n`);

function giveUp(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
