#!/usr/bin/env node
import { parseCommandLine } from "./cli/args.ts";
import type { Environment } from "./config/load.ts";
import { writeStderr } from "./log/logger.ts";

// The only owner of signals and exit codes: commands return a number and listen to `stop`.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => stop.abort());
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

process.exit(await run(process.argv.slice(2), process.env));

async function run(argv: readonly string[], env: Environment): Promise<number> {
  const args = parseCommandLine(argv);
  if ("problems" in args) {
    writeStderr(`${args.problems.join("\n")}\nTry --help.\n`);
    return 2;
  }
  if (args.version) {
    const { VERSION } = await import("./version.ts");
    return print(`${VERSION}\n`);
  }
  if (args.help) {
    const { helpText } = await import("./cli/help.ts");
    return print(helpText());
  }
  switch (args.command) {
    case "stdio":
      return (await import("./cli/stdio.ts")).runStdio(args, env, stop.signal);
    case "http":
      return (await import("./cli/http.ts")).runHttp(args, env, stop.signal);
    case "sandbox":
      return (await import("./cli/sandbox.ts")).runSandbox(args, env, stop.signal);
    case "demo":
      return (await import("./cli/demo.ts")).runDemo(stop.signal);
    case "doctor":
      return (await import("./cli/doctor.ts")).runDoctor(args, env, stop.signal);
    case "init":
      return (await import("./cli/init.ts")).runInitCommand(args, env);
  }
}

/** Resolves once everything is out: a pipe may be slower than the exit. */
function print(text: string): Promise<number> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve(0)));
}
