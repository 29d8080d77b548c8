#!/usr/bin/env node
import module from "node:module";
import { join } from "node:path";
import { writeStderr } from "./log/stderr.ts";

// The only owner of signals and exit codes: commands return a number and listen to `stop`.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => stop.abort(signal));
}

// stdout carries the protocol; whatever a dependency prints goes to stderr.
for (const method of ["log", "info", "debug", "dir", "table", "group"] as const) {
  // biome-ignore lint/suspicious/noConsole: this is where it is kept off stdout
  console[method] = console.error;
}

// A crash is reported by its place only: the message could hold anything.
process.on("uncaughtException", (error) => {
  const place = error.stack?.split("\n").filter((line) => line.startsWith("    at "));
  writeStderr(`${JSON.stringify({ level: 60, msg: "crashed", error: error.name, place })}\n`);
  process.exit(1);
});

// Node 22 and later keep what they compiled for the next start. Beside the code, so that only who may write the code may
// write this; where nobody may, Node goes on without.
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
enableCompileCache?.(join(import.meta.dirname, ".compile-cache"));

void import("./cli/run.ts")
  .then(({ run }) => run(process.argv.slice(2), process.env, stop.signal))
  .then((code) => process.exit(code));
