#!/usr/bin/env node
import { join } from "node:path";
import { keepCompiledCode } from "./cli/code-cache.ts";
import { writeStderr } from "./log/stderr.ts";

// Signals and exit codes are handled only here: commands return a number and listen to `stop`.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => stop.abort(signal));
}

// stdout carries the protocol, so anything that a dependency prints goes to stderr.
for (const method of ["log", "info", "debug", "dir", "table", "group"] as const) {
  // biome-ignore lint/suspicious/noConsole: redirects console output away from stdout
  console[method] = console.error;
}

// A crash is reported by its location only, because the message could contain anything.
process.on("uncaughtException", (error) => {
  const place = error.stack?.split("\n").filter((line) => line.startsWith("    at "));
  writeStderr(`${JSON.stringify({ level: 60, msg: "crashed", error: error.name, place })}\n`);
  process.exit(1);
});

// Keeps compiled code for the next start: an immediate first call then takes 71 and 93 ms instead of 101 and 130 (2025 and 2026,
// Node 20), and 92 and 111 ms instead of 128 and 158 on Node 24, whose own cache gives 109 and 130. tools/list gains too little to
// load this before its code. The cache lies beside the code, so that only someone who may write the code may write it; if nobody
// may, there is none.
if (!process.env.NODE_DISABLE_COMPILE_CACHE)
  keepCompiledCode(join(import.meta.dirname, "chunks"), join(import.meta.dirname, ".compile-cache"));

void import("./cli/run.ts")
  .then(({ run }) => run(process.argv.slice(2), process.env, stop.signal))
  .then((code) => process.exit(code));
