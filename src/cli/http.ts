import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describeProblems, type Environment } from "../config/load.ts";
import type { Arguments } from "./args.ts";
import { createRuntime, type Runtime } from "./runtime.ts";

/** How long running calls may take to finish after the process was told to stop, in milliseconds. */
const DRAIN_MS = 10_000;

/** `http`: serves until the process is told to stop. Returns the exit code: 2 when it may not or cannot start. */
export async function runHttp(args: Arguments, env: Environment, stop: AbortSignal): Promise<number> {
  const runtime = createRuntime(args, env);
  const { configuration, logger, registry } = runtime;
  const refusal = await whyNot(args, runtime);
  if (refusal !== undefined) {
    logger.fatal(refusal);
    return 2;
  }
  const [{ createFront, MCP_PATH }, { createMcpFetch }] = await Promise.all([
    import("../http/front.ts"),
    import("../mcp/http.ts"),
  ]);
  const server = createFront({
    mcp: createMcpFetch(registry, configuration.stateKey),
    token: configuration.httpToken,
    logger,
  });
  const { host, port } = configuration.settings;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    logger.fatal(`Cannot listen on ${host}:${port}: ${(error as Error).message}`);
    return 2;
  }
  const address = server.address() as AddressInfo;
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  logger.info({ url: `http://${shown}:${address.port}${MCP_PATH}`, sandbox: args.sandbox }, "listening");

  if (!stop.aborted) await once(stop, "abort");
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const giveUp = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(giveUp);
  await runtime.close();
  return 0;
}

/** The reason not to serve, if there is one. Over HTTP a bad start is not survived: nobody would see it. */
async function whyNot(args: Arguments, { configuration }: Runtime): Promise<string | undefined> {
  const { problems, httpToken } = configuration;
  if (problems.length > 0) return `Not started. The server is not configured:\n${describeProblems(problems)}`;
  if (httpToken === undefined) {
    if (args.sandbox) return undefined;
    return "Not started. Set C1_MCP_HTTP_TOKEN (or C1_MCP_HTTP_TOKEN_FILE): without it any local process could write to the tenant.";
  }
  const { checkBearer } = await import("../http/bearer.ts");
  return checkBearer(httpToken);
}
