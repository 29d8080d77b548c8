// The MCP bundle as bytes. Entries are sorted and share one fixed timestamp, and modes do not depend on the file system, so that the
// same dist/ results in the same file everywhere.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";

const PARTS = ["manifest.json", "README.md", "CHANGELOG.md", "LICENSE"];

/** The earliest time that a zip file can represent. It is stored as local time, so it has the same digits in every time zone. */
const TIME = new Date(1980, 0, 1);

const UNIX = 3;

export function packMcpb(root) {
  // Node's compile cache is not part of the build.
  const built = readdirSync(join(root, "dist"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(".compile-cache"))
    .map(({ parentPath, name }) =>
      join(parentPath, name).slice(join(root, "/").length).replaceAll("\\", "/"),
    );
  const contents = new Map([...PARTS, ...built].map((path) => [path, readFileSync(join(root, path))]));
  // Without it, Node would treat the files in dist/ as another kind of module.
  const script = join(root, "scripts", "published-manifest.mjs");
  contents.set("package.json", execFileSync(process.execPath, [script, "print"]));
  const entries = [...contents].sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.from(
    zipSync(Object.fromEntries(entries.map(([path, bytes]) => [path, [bytes, attributesOf(path)]])), {
      level: 9,
      mtime: TIME,
      os: UNIX,
    }),
  );
}

/** As in the npm package, files that are started are executable. */
function attributesOf(path) {
  const mode = path === "dist/main.js" ? 0o100755 : 0o100644;
  return { attrs: (mode << 16) >>> 0 };
}
