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

/**
 * The proxies between this process and the server; undefined if there is none. Neither loopback nor what `NO_PROXY` exempts is
 * proxied.
 */
export function findProxies(serverUrl: string, env: NodeJS.ProcessEnv): Proxies | undefined {
  const url = new URL(serverUrl);
  if (isLoopback(url.hostname) || isExempt(url, env.no_proxy || env.NO_PROXY || "")) return undefined;
  const httpProxy = withScheme(env.http_proxy || env.HTTP_PROXY || "");
  const httpsProxy = withScheme(env.https_proxy || env.HTTPS_PROXY || httpProxy);
  return httpsProxy === "" && httpProxy === "" ? undefined : { httpProxy, httpsProxy };
}

/** The usual rule: a host itself and its subdomains, on the given port if there is one. */
function isExempt({ protocol, hostname, port }: URL, list: string): boolean {
  if (list.trim() === "*") return true;
  const usedPort = port || (protocol === "https:" ? "443" : "80");
  return list
    .split(/[,\s]/)
    .filter(Boolean)
    .some((entry) => {
      const [, host = entry, ownPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
      const name = host.replace(/^\*?\./, "").toLowerCase();
      return (!ownPort || ownPort === usedPort) && (hostname === name || hostname.endsWith(`.${name}`));
    });
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
  const { openProxyAgent } = await import("./undici-proxy.ts");
  return openProxyAgent({ ...AGENT_OPTIONS, ...proxies, noProxy: "" });
}

/** Proxy variables commonly hold values such as "proxy.example:8080", which means http. */
function withScheme(proxy: string): string {
  return proxy === "" || proxy.includes("://") ? proxy : `http://${proxy}`;
}
