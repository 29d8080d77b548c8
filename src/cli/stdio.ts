import { systemClock } from "../clock.ts";
import type { Environment } from "../config/load.ts";
import { isStderrTerminal, tellPerson } from "../log/stderr.ts";
import { serveStdio } from "../mcp/stdio.ts";
import type { Arguments } from "./args.ts";
import { createRuntime } from "./runtime.ts";
import { untilRead } from "./until-read.ts";

/** `stdio`: serves until the client closes the pipe or the process is told to stop. Returns the exit code. */
export async function runStdio(args: Arguments, env: Environment, stop: AbortSignal): Promise<number> {
  const { registry, logger, configuration, shared, preload, close } = await createRuntime(args, env);
  const { stateKey } = configuration;
  const [input, output] = [process.stdin, process.stdout];
  // Nobody types JSON-RPC, so a person at a terminal most likely does not know what this command is for.
  if (input.isTTY && isStderrTerminal())
    tellPerson(
      "This speaks MCP over stdin and stdout, for a client that starts it. Try --help; Ctrl-C ends it.\n",
    );
  await serveStdio({ registry, logger, stateKey, uses: shared, preload, stop, input, output, settle: close });
  await untilRead(output, stop, systemClock);
  return 0;
}
