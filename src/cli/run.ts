import type { Environment } from "../config/load.ts";
import { writeStderr } from "../log/stderr.ts";
import { parseCommandLine } from "./args.ts";

/** Runs what the command line asks for. Returns the exit code: 2 for a command line that cannot be understood. */
export async function run(argv: readonly string[], env: Environment, stop: AbortSignal): Promise<number> {
  const args = parseCommandLine(argv);
  if ("problems" in args) {
    writeStderr(`${args.problems.join("\n")}\nTry --help.\n`);
    return 2;
  }
  if (args.version) {
    const { VERSION } = await import("../version.ts");
    return print(`${VERSION}\n`);
  }
  if (args.help) {
    const { helpText } = await import("./help.ts");
    return print(helpText());
  }
  switch (args.command) {
    case "stdio":
      return (await import("./stdio.ts")).runStdio(args, env, stop);
    case "http":
      return (await import("./http.ts")).runHttp(args, env, stop);
    case "sandbox":
      return (await import("./sandbox.ts")).runSandbox(args, env, stop);
    case "demo":
      return (await import("./demo.ts")).runDemo(stop);
    case "doctor":
      return (await import("./doctor.ts")).runDoctor(args, env, stop);
    case "init":
      return (await import("./init.ts")).runInitCommand(args, env);
  }
}

/** Resolves once everything is out: a pipe may be slower than the exit. */
function print(text: string): Promise<number> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve(0)));
}
