import type { Environment } from "../config/load.ts";
import { serveStdio } from "../mcp/stdio.ts";
import type { Arguments } from "./args.ts";
import { createRuntime } from "./runtime.ts";

/** `stdio`: serves until the client closes the pipe or the process is told to stop. Returns the exit code. */
export async function runStdio(args: Arguments, env: Environment, stop: AbortSignal): Promise<number> {
  const { registry, logger, configuration, shared, close } = await createRuntime(args, env);
  const { stateKey } = configuration;
  const [input, output] = [process.stdin, process.stdout];
  await serveStdio({ registry, logger, stateKey, uses: shared, stop, input, output });
  await close();
  return 0;
}
