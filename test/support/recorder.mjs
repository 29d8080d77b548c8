// A preload (`node --import`) that reports a process's use of the network and of the file system, the modules that it loads, and its
// writes to stdout. Each event is one line of JSON on stderr: `{"recorded": "connect 127.0.0.1:80"}`.
import dns from "node:dns";
import fs from "node:fs";
import { Module, register, syncBuiltinESMExports } from "node:module";
import net from "node:net";

const writeSync = fs.writeSync;

function record(event) {
  writeSync(2, `${JSON.stringify({ recorded: event })}\n`);
}

function watch(object, name, describe) {
  const original = object[name];
  object[name] = function watched(...args) {
    const event = describe(args);
    if (event !== undefined) record(event);
    return original.apply(this, args);
  };
}

watch(net.Socket.prototype, "connect", (args) => `connect ${JSON.stringify(args[0]?.[0] ?? args[0])}`);
watch(net.Server.prototype, "listen", (args) => `listen ${JSON.stringify(args[0])}`);
for (const library of [dns, dns.promises]) watch(library, "lookup", ([host]) => `lookup ${host}`);

const MAKERS = [
  "mkdir",
  "mkdtemp",
  "writeFile",
  "appendFile",
  "rename",
  "unlink",
  "rm",
  "symlink",
  "link",
  "truncate",
  "copyFile",
];
for (const name of MAKERS) {
  for (const [library, suffix] of [
    [fs, ""],
    [fs, "Sync"],
    [fs.promises, ""],
  ]) {
    watch(library, `${name}${suffix}`, ([path]) => `write ${path}`);
  }
}
const opensToWrite = ([path, flags]) =>
  flags === undefined || flags === "r" || flags === fs.constants.O_RDONLY || typeof flags === "function"
    ? undefined
    : `write ${path}`;
watch(fs, "open", opensToWrite);
watch(fs, "openSync", opensToWrite);
watch(fs.promises, "open", opensToWrite);
watch(fs, "createWriteStream", ([path]) => `write ${path}`);
watch(process.stdout, "write", () => "answer");
syncBuiltinESMExports();

// Both `require` and `import`.
watch(Module.prototype, "load", ([path]) => `load ${path}`);
const hooks = `
import { writeSync } from "node:fs";
export async function load(url, context, next) {
  writeSync(2, JSON.stringify({ recorded: "load " + url }) + "\\n");
  return next(url, context);
}`;
// Deprecated in Node 26, but the only way that works in all supported versions.
process.noDeprecation = true;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
