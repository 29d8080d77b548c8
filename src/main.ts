#!/usr/bin/env node
import { join } from "node:path";
import { keepCompiledCode } from "./cli/code-cache.ts";
import { hangs } from "./cli/hangs.ts";
import { reportCrash } from "./log/crash.ts";

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

process.on("uncaughtException", (error) => {
  reportCrash(error);
  process.exit(1);
});

// Keeps compiled code for the next start. On Node 20, the list of tools then takes 59 ms instead of 68, and an immediate first call
// 71 instead of 101 (2025 era) or 93 instead of 130 (2026 era). Node 24 gains more; its own cache would gain half as much. The cache
// lies beside the code, so that only someone who may write the code may write it; if nobody may, there is none.
if (!process.env.NODE_DISABLE_COMPILE_CACHE)
  keepCompiledCode(join(import.meta.dirname, "chunks"), join(import.meta.dirname, ".compile-cache"));

void import("./cli/run.ts")
  .then(({ run }) => run(process.argv.slice(2), process.env, stop.signal))
  .then(async (code) => {
    if (await hangs()) {
      // The only end that does not wait for the thread, and one that counts as an orderly one.
      process.removeAllListeners("SIGTERM");
      process.kill(process.pid, "SIGTERM");
    }
    process.exit(code);
  });
