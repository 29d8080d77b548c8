import { readFileSync } from "node:fs";
import { findProxies } from "../c1/dispatcher.ts";
import { isLoopback } from "../loopback.ts";
import { formatCount } from "../text.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** How calls reach the tenant: through a proxy, or directly. */
export interface Route {
  readonly proxy?: URL;
}

/** Reports which variables determine the route to the tenant and which certificates are trusted. */
export function checkProxy({ env }: Setup, serverUrl: string): { findings: Finding[]; value: Route } {
  const { route, finding } = checkRoute(env, serverUrl);
  return { findings: [finding, ...checkTrust(env)], value: route };
}

function checkRoute(env: Setup["env"], serverUrl: string): { route: Route; finding: Finding } {
  const { protocol, hostname } = new URL(serverUrl);
  const proxies = findProxies(serverUrl, env);
  const set = nameOf(env, "https_proxy") ?? nameOf(env, "http_proxy");
  const direct = (why: string) => ({ route: {}, finding: ok(`${why}: calls go straight to ${hostname}`) });
  if (set === undefined) return direct("no proxy is set");
  if (isLoopback(hostname)) return direct(`${set} is set, but never used for this machine itself`);
  if (!proxies) {
    const exempt = nameOf(env, "no_proxy");
    return { route: {}, finding: ok(`${exempt} exempts ${hostname}: calls go straight to it`) };
  }
  const address = protocol === "https:" ? proxies.httpsProxy : proxies.httpProxy;
  if (!URL.canParse(address)) {
    const detail = `${set} is not the address of a proxy`;
    return {
      route: {},
      finding: fail(detail, `Set ${set} to an address such as http://proxy.example:8080.`),
    };
  }
  const proxy = new URL(address);
  const login = proxy.username === "" ? "" : " with a user name";
  return { route: { proxy }, finding: ok(`calls go through the proxy ${proxy.host}${login} (${set})`) };
}

function checkTrust(env: Setup["env"]): Finding[] {
  const findings: Finding[] = [];
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0")
    findings.push(
      warn(
        "NODE_TLS_REJECT_UNAUTHORIZED=0 is set: anyone on the way can pose as the tenant and read the credential",
        "Remove it, and name the CA of your network in NODE_EXTRA_CA_CERTS.",
      ),
    );
  const file = env.NODE_EXTRA_CA_CERTS;
  if (file) findings.push(checkCaFile(file));
  return findings;
}

/** Node itself reports nothing if it cannot read the file. */
function checkCaFile(file: string): Finding {
  const fix = "Set NODE_EXTRA_CA_CERTS to a readable file of certificates in PEM form.";
  try {
    const count = readFileSync(file, "utf8").split("-----BEGIN CERTIFICATE-----").length - 1;
    if (count === 0) return warn(`NODE_EXTRA_CA_CERTS names ${file}, which holds no certificate`, fix);
    return ok(`NODE_EXTRA_CA_CERTS adds ${formatCount(count, "certificate")} of ${file}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return warn(`NODE_EXTRA_CA_CERTS names ${file}, which cannot be read (${code})`, fix);
  }
}

/** Lower case wins, as in the client. */
function nameOf(env: Setup["env"], name: string): string | undefined {
  return [name, name.toUpperCase()].find((spelling) => env[spelling]);
}
