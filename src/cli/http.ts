import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Environment } from "../config/load.ts";
import type { Logger } from "../log/logger.ts";
import { reportProblem } from "../log/stderr.ts";
import { announceListening } from "./announce.ts";
import type { Arguments } from "./args.ts";
import { explainListening } from "./explain-listening.ts";
import type { Printer } from "./output.ts";
import { createRuntime, type Runtime } from "./runtime.ts";
import type { OpenedTrial } from "./trial.ts";

const ALONE =
  "This process guards writes alone. Several of them for one tenant need a store to share: C1_MCP_SHARED_URL.";

/** `http`: serves until the process is told to stop. Returns the exit code: 2 if it must not or cannot start. */
export async function runHttp(
  args: Arguments,
  env: Environment,
  stop: AbortSignal,
  output: Printer,
): Promise<number> {
  const runtime = await createRuntime(args, env);
  const { configuration, logger } = runtime;
  const { problems, httpToken, settings } = configuration;
  const refuse = (why: string): number => {
    reportProblem(logger, "fatal", why);
    return 2;
  };
  // The runtime has already logged the problems. The HTTP settings are complete enough to be judged only if none of the problems
  // concerns them.
  if (problems.every(({ setting }) => setting.startsWith("CONDUCTORONE_"))) {
    const { findMissingSetting } = await import("../http/find-missing-setting.ts");
    const missing = findMissingSetting({
      settings,
      sandbox: args.sandbox,
      hasTokens: httpToken !== undefined,
      hasEmaKey: configuration.emaKey !== undefined,
    });
    if (missing !== undefined) return refuse(`Not started. ${missing.message}`);
  }
  // Over stdio, every call would answer with the problems; over HTTP nobody would see them, so the server does not start.
  if (problems.length > 0) return 2;

  const [{ createFront }, { MCP_PATH }, { assembleFront }, { createGate }, { stopServing }] =
    await Promise.all([
      import("../http/front.ts"),
      import("../http/mcp-path.ts"),
      import("../http/assemble.ts"),
      import("../http/gate.ts"),
      import("../http/stop.ts"),
    ]);
  const gate = createGate();
  const trial = await openTrial(args, runtime);
  if (typeof trial === "string") return refuse(trial);
  const options = await assembleFront({ ...runtime, gate, trial });
  if ("problem" in options) return refuse(`Not started. ${options.problem}`);
  const server = createFront(options);
  const { host, port, adminHost, adminPort } = settings;
  if (!(await listen(server, port, host, logger))) return 2;
  const admin =
    adminPort === undefined
      ? undefined
      : (await import("../http/admin.ts")).createAdmin({ ...options, gate, host: adminHost });
  if (admin && !(await listen(admin.server, adminPort ?? 0, adminHost, logger))) {
    server.close();
    return 2;
  }
  const metricsUrl = admin && `${addressOf(admin.server)}/metrics`;
  const url = addressOf(server) + MCP_PATH;
  announceListening({ url, metricsUrl, sandbox: args.sandbox }, configuration, logger);
  if (trial) await output.print(trial.commands);
  joinOthers(runtime, args);

  if (!stop.aborted) await once(stop, "abort");
  logger.info({ signal: String(stop.reason), running: options.countCalls() }, "stopping");
  let cutOff = 0;
  let closing: Promise<void> | undefined;
  // Interrupted calls must establish the outcome of their writes while their callers can still be answered.
  gate.over.addEventListener("abort", () => {
    cutOff = options.countCalls();
    closing = runtime.close();
  });
  const times = { delayMs: settings.shutdownDelayMs, drainMs: settings.drainMs };
  await stopServing(server, gate, times, runtime.registry.settled);
  await (closing ?? runtime.close());
  admin?.close();
  logger.info({ cutOff }, "stopped");
  return 0;
}

/** Opens the sandbox as an issuer if that is configured; a string is the reason not to start. */
async function openTrial(args: Arguments, runtime: Runtime): Promise<OpenedTrial | string | undefined> {
  if (!args.sandbox || runtime.configuration.settings.emaIssuer === undefined) return undefined;
  try {
    return await (await import("./trial.ts")).openTrial(runtime);
  } catch (error) {
    return `The sandbox cannot start: ${explainListening(error)}`;
  }
}

/** Connects early to the store that replicas share, before a call needs it. */
function joinOthers({ configuration, shared, logger }: Runtime, { sandbox }: Arguments): void {
  if (sandbox) return;
  if (!configuration.sharedStore) reportProblem(logger, "info", ALONE);
  else shared.isWhole().catch((err: unknown) => logger.error({ err }, "the shared store cannot be used"));
}

async function listen(server: Server, port: number, host: string, logger: Logger): Promise<boolean> {
  try {
    server.listen(port, host);
    await once(server, "listening");
    return true;
  } catch (error) {
    reportProblem(logger, "fatal", `Cannot listen on ${host}:${port}: ${explainListening(error)}`);
    return false;
  }
}

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
