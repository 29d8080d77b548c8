import { once } from "node:events";
import { type Environment, loadConfiguration } from "../config/load.ts";
import { createLogger } from "../log/logger.ts";
import { createRedactor } from "../log/redact.ts";
import { isStderrTerminal, reportProblem, tellPerson } from "../log/stderr.ts";
import { startSandbox } from "../sandbox/start.ts";
import type { Arguments } from "./args.ts";
import { explainListening } from "./explain-listening.ts";
import { OutputError, type Printer } from "./output.ts";
import { reportProblems } from "./report-problems.ts";

/**
 * `sandbox`: runs only the tenant, until the process is told to stop. Prints its address and credential to stdout as one line of
 * JSON; the credential is valid only for this tenant.
 */
export async function runSandbox(
  args: Arguments,
  env: Environment,
  stop: AbortSignal,
  output: Printer,
): Promise<number> {
  const redactor = createRedactor();
  const { settings, problems } = loadConfiguration(env, args.flags, { sandbox: true, redactor });
  const logger = createLogger(settings.logLevel, redactor);
  if (problems.length > 0) {
    reportProblems(logger, "fatal", "Not started", problems);
    return 2;
  }
  try {
    // The default port belongs to the MCP server; the sandbox uses any free one unless a port was given.
    const sandbox = await startSandbox({ port: args.flags.port === undefined ? 0 : settings.port });
    const { serverUrl, clientId, clientSecret } = sandbox;
    await output.print(`${JSON.stringify({ serverUrl, clientId, clientSecret })}\n`);
    if (isStderrTerminal()) tellPerson("The sandbox runs; Ctrl-C ends it, and all that is in it is gone.\n");
    if (!stop.aborted) await once(stop, "abort");
    await sandbox.close();
    return 0;
  } catch (error) {
    if (error instanceof OutputError) throw error;
    reportProblem(logger, "fatal", `The sandbox cannot start: ${explainListening(error)}`);
    return 2;
  }
}
