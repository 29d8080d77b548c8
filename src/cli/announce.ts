import type { Configuration } from "../config/load.ts";
import type { Logger } from "../log/logger.ts";
import { isStderrTerminal, tellPerson } from "../log/stderr.ts";

/** Where `http` listens. */
export interface Address {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly sandbox: boolean;
}

type Access = Pick<Configuration, "httpToken" | "settings">;

/** Says where the server listens and how callers authenticate: to a person at a terminal, otherwise as a log line for programs. */
export function announceListening(
  { url, metricsUrl, sandbox }: Address,
  access: Access,
  logger: Logger,
): void {
  const ways = listWays(access);
  const auth = ways.map(([name]) => name).join(", ") || "none";
  if (!isStderrTerminal()) {
    logger.info({ url, ...(metricsUrl !== undefined && { metricsUrl }), auth, sandbox }, "listening");
    return;
  }
  const lines = [
    `Listening on ${url}; Ctrl-C ends it.`,
    ...ways.map(([name, how]) => `auth: ${name} (${how})`),
    ...(ways.length === 0 ? ["auth: none (sandbox): any program on this machine may call"] : []),
    ...(metricsUrl === undefined ? [] : [`Metrics: ${metricsUrl}`]),
  ];
  tellPerson(`${lines.join("\n")}\n`);
}

/** The configured ways to authenticate, and what callers send for each. Without any, only a sandbox is served. */
function listWays({ httpToken, settings }: Access): (readonly [name: string, how: string])[] {
  const { oauthIssuer, emaIssuer } = settings;
  return [
    ...(httpToken ? [["bearer", "callers send C1_MCP_HTTP_TOKEN"] as const] : []),
    ...(oauthIssuer === undefined ? [] : [["oauth", `access tokens of ${oauthIssuer}`] as const]),
    ...(emaIssuer === undefined
      ? []
      : [["ema", `identity assertions of ${emaIssuer}, exchanged here`] as const]),
  ];
}
