// The manifest of the published package. The bundle in dist/ holds every dependency, so that an install is one package;
// what only a checkout needs goes too.
//   node scripts/published-manifest.mjs print     to stdout
//   node scripts/published-manifest.mjs write     in place of package.json, before npm packs (prepack)
//   node scripts/published-manifest.mjs restore   takes that back (postpack)
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const manifest = new URL("../package.json", import.meta.url);
const before = new URL("../package.json.before-pack", import.meta.url);

const COMMANDS = {
  print: () => process.stdout.write(publishedFrom(readFileSync(manifest, "utf8"))),
  write() {
    if (existsSync(before)) recover();
    const original = readFileSync(manifest, "utf8");
    writeFileSync(before, original);
    writeFileSync(manifest, publishedFrom(original));
  },
  restore() {
    if (existsSync(before)) renameSync(before, manifest);
  },
};

function publishedFrom(text) {
  const { scripts, dependencies, devDependencies, ...published } = JSON.parse(text);
  return `${JSON.stringify(published, null, 2)}\n`;
}

/** An earlier run was interrupted before it could restore the manifest. Later changes by a person are never overwritten. */
function recover() {
  const original = readFileSync(before, "utf8");
  const present = readFileSync(manifest, "utf8");
  if (present !== publishedFrom(original) && present !== original) {
    throw new Error(
      "package.json was changed while package.json.before-pack held its original: keep one of them and delete the other",
    );
  }
  renameSync(before, manifest);
}

const [command = "print"] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, command)) throw new Error(`no command ${command}: print, write or restore`);
COMMANDS[command]();
