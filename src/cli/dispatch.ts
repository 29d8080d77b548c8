import type { Environment } from "../config/load.ts";
import { tellPerson } from "../log/stderr.ts";
import type { Arguments } from "./args.ts";
import { createTerminalAsker, type TerminalAsker } from "./ask-terminal.ts";
import { createPrinter, OutputError, type Printer } from "./output.ts";

/** The exit code for SIGPIPE: the reader of the pipe closed it, perhaps because it had seen enough. */
const BROKEN_PIPE = 141;

/** Runs a command that prints. Returns the exit code. */
export async function dispatch(args: Arguments, env: Environment, stop: AbortSignal): Promise<number> {
  try {
    return await runCommand(args, env, stop, createPrinter(process.stdout, env));
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    if (error.code === "EPIPE") return BROKEN_PIPE;
    tellPerson(`${error.message}\n`);
    return 1;
  }
}

async function runCommand(
  args: Arguments,
  env: Environment,
  stop: AbortSignal,
  output: Printer,
): Promise<number> {
  if (args.version) {
    const { VERSION } = await import("../version.ts");
    await output.print(`${VERSION}\n`);
    return 0;
  }
  if (args.help) {
    const { helpText } = await import("./help.ts");
    const { ownCommand } = await import("./own-command.ts");
    const page = args.topic ?? (args.named ? args.command : undefined);
    await output.print(helpText(page, output.columns, ownCommand()));
    return 0;
  }
  switch (args.command) {
    case "stdio":
      return (await import("./stdio.ts")).runStdio(args, env, stop);
    case "http":
      return (await import("./http.ts")).runHttp(args, env, stop, output);
    case "sandbox":
      return (await import("./sandbox.ts")).runSandbox(args, env, stop, output);
    case "demo":
      return (await import("./demo.ts")).runDemo(stop, output);
    case "doctor":
      return (await import("./doctor.ts")).runDoctor(args, env, stop, output);
    case "init":
      return (await import("./init.ts")).runInitCommand(args, env, output, findAsker());
    case "audit":
      return (await import("./audit.ts")).runAudit(args, stop, output);
    case "completion":
      return (await import("./completion.ts")).runCompletion(args, output);
  }
}

/** No one can be asked if input or output is a file or a pipe. */
function findAsker(): TerminalAsker | undefined {
  return process.stdin.isTTY && process.stdout.isTTY
    ? createTerminalAsker(process.stdin, process.stdout)
    : undefined;
}
