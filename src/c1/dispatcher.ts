import type { Dispatcher } from "undici";
import type { Redactor } from "../log/redact.ts";
import { isLoopback } from "../loopback.ts";

export const CONNECT_TIMEOUT_MS = 10_000;

const AGENT_OPTIONS = {
  connections: 64,
  keepAliveTimeout: 30_000,
  // Requests end only by the deadline of their call.
  headersTimeout: 0,
  bodyTimeout: 0,
  connect: { timeout: CONNECT_TIMEOUT_MS },
};

export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
}

/** The proxies between this process and the server; undefined if there is none. Loopback is never proxied. */
export function findProxies(serverUrl: string, env: NodeJS.ProcessEnv): Proxies | undefined {
  if (isLoopback(new URL(serverUrl).hostname)) return undefined;
  const httpProxy = withScheme(env.http_proxy || env.HTTP_PROXY || "");
  const httpsProxy = withScheme(env.https_proxy || env.HTTPS_PROXY || httpProxy);
  return httpsProxy === "" && httpProxy === "" ? undefined : { httpProxy, httpsProxy };
}

/** Opens the connection pool. Imports undici only now, on the first call, and its proxy code only if a proxy is set. */
export async function openDispatcher(proxies: Proxies | undefined, redactor: Redactor): Promise<Dispatcher> {
  if (!proxies) {
    const { Agent } = await import("./undici.ts");
    return new Agent(AGENT_OPTIONS);
  }
  for (const proxy of [proxies.httpProxy, proxies.httpsProxy]) {
    const password = URL.canParse(proxy) ? new URL(proxy).password : "";
    if (password) redactor.add(password);
  }
  const { EnvHttpProxyAgent } = await import("./undici-proxy.ts");
  return new EnvHttpProxyAgent({ ...AGENT_OPTIONS, ...proxies });
}

/** Proxy variables commonly hold values such as "proxy.example:8080", which means http. */
function withScheme(proxy: string): string {
  return proxy === "" || proxy.includes("://") ? proxy : `http://${proxy}`;
}
