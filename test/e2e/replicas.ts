import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { ROOT } from "../support/sources.ts";
import { check, type Kit, MAIN, Missing, type Running } from "./kit.ts";
import { startTenant, type Tenant } from "./tenant.ts";

export const TOKEN = "the-token-of-two-replicas";
const NGINX = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];

/** A process of the server that can be restarted at the same address. */
export interface Replica {
  readonly url: string;
  start(): Promise<void>;
  /** Sends SIGTERM. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Sends SIGKILL. */
  kill(): Promise<void>;
}

export interface Cluster {
  readonly tenant: Tenant;
  readonly a: Replica;
  readonly b: Replica;
  /** The address of nginx. */
  readonly url: string;
  /** The log of nginx: upstream address and status of each request. */
  accessLog(): Promise<string>;
}

/** Starts two replicas on one tenant behind nginx, with the configuration that we ship. */
export async function startCluster(kit: Kit, env: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const binary = NGINX.find((path) => existsSync(path));
  if (binary === undefined) throw new Missing("nginx is not installed (Debian: apt-get install nginx)");
  const tenant = await startTenant(kit);
  const all = {
    ...(await kit.cleanEnv("replicas")),
    ...tenant.env,
    C1_MCP_HTTP_TOKEN: TOKEN,
    C1_MCP_STATE_KEY: "the-key-that-both-replicas-have-in-common",
    // All clients of this test are the same caller.
    C1_MCP_RATE_LIMIT: "0",
    C1_MCP_MAX_CONCURRENT: "1000",
    C1_MCP_SHUTDOWN_DELAY_MS: "3000",
    C1_MCP_DRAIN_MS: "45000",
    ...env,
  };
  const [a, b] = [await createReplica(kit, all), await createReplica(kit, all)];
  await Promise.all([a.start(), b.start()]);
  const port = await freePort();
  const log = join(kit.folder, `nginx-${port}.log`);
  const configuration = join(kit.folder, `nginx-${port}.conf`);
  await writeFile(configuration, await localConfiguration(port, [a, b], log));
  const tested = await kit.run(binary, ["-t", "-c", configuration]);
  check(tested.code === 0, "nginx does not take the configuration", tested.stderr);
  const nginx = kit.start(binary, ["-c", configuration, "-g", "daemon off;"]);
  const url = `http://127.0.0.1:${port}/mcp`;
  for (let tries = 0; ; tries += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      break;
    check(tries < 200, "nginx does not start", nginx.output.stderr);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { tenant, a, b, url, accessLog: () => readFile(log, "utf8") };
}

/** The shipped configuration with local addresses, and without TLS and the paths of a container. */
async function localConfiguration(port: number, replicas: readonly Replica[], log: string): Promise<string> {
  const shipped = await readFile(join(ROOT, "deploy", "nginx.conf"), "utf8");
  const [a, b] = replicas.map(({ url }) => new URL(url).host);
  const edits: [RegExp, string][] = [
    [/ \/tmp\/(?!nginx\.pid)/g, ` ${log}.tmp.`],
    [/c1-mcp-a:8321/, a ?? ""],
    [/c1-mcp-b:8321/, b ?? ""],
    [/listen 8443 ssl;/, `listen 127.0.0.1:${port};`],
    [/ *ssl_(?:certificate|certificate_key|protocols) [^\n]+\n/g, ""],
    [/\/dev\/stdout/, log],
    [/pid \/tmp\/nginx\.pid;/, `pid ${log}.pid;`],
  ];
  return edits.reduce((text, [pattern, replacement]) => {
    check(text.search(pattern) !== -1, "deploy/nginx.conf has changed", String(pattern));
    return text.replace(pattern, replacement);
  }, shipped);
}

export async function createReplica(kit: Kit, env: Readonly<Record<string, string>>): Promise<Replica> {
  const port = await freePort();
  let running: Running | undefined;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async start() {
      running = kit.start(await kit.node(), [MAIN, "http", "--port", String(port)], { env });
      await running.seen("stderr", /"msg":"listening"/);
    },
    async stop() {
      if (!running) return null;
      const closed = once(running.process, "close");
      running.process.kill("SIGTERM");
      const [code] = (await closed) as [number | null];
      return code;
    },
    async kill() {
      if (!running) return;
      const closed = once(running.process, "close");
      running.process.kill("SIGKILL");
      await closed;
    },
  };
}
