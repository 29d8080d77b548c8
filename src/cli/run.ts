import type { Environment } from "../config/load.ts";
import { writeStderr } from "../log/stderr.ts";
import { parseCommandLine } from "./args.ts";

/**
 * Runs what the command line asks for. Returns the exit code: 2 for a command line that cannot be understood, 141 for a
 * reader that went away, 128 and the number of the signal for a command that was cut short.
 */
export async function run(argv: readonly string[], env: Environment, stop: AbortSignal): Promise<number> {
  const args = parseCommandLine(argv);
  if ("problems" in args) {
    writeStderr(`${args.problems.join("\n")}\nTry ${args.command} --help.\n`);
    return 2;
  }
  if (args.command !== "stdio" || args.version || args.help)
    return (await import("./dispatch.ts")).dispatch(args, env, stop);
  return (await import("./stdio.ts")).runStdio(args, env, stop);
}
