import type { Environment } from "../config/load.ts";
import { tellPerson } from "../log/stderr.ts";
import { parseCommandLine } from "./args.ts";

/**
 * Runs the command line. Returns the exit code: 2 for an invalid command line, 141 if the reader of a pipe closed it, 128 plus
 * the number of the signal if one interrupted the command.
 */
export async function run(argv: readonly string[], env: Environment, stop: AbortSignal): Promise<number> {
  const args = parseCommandLine(argv);
  if ("problems" in args) {
    tellPerson((await import("./explain-misuse.ts")).explainMisuse(args, argv));
    return 2;
  }
  if (args.command !== "stdio" || args.version || args.help)
    return (await import("./dispatch.ts")).dispatch(args, env, stop);
  return (await import("./stdio.ts")).runStdio(args, env, stop);
}
