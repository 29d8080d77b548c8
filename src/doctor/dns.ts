import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { within } from "./check-limits.ts";
import { type CheckOutcome, type Finding, fail, ok } from "./finding.ts";
import type { Route } from "./proxy.ts";
import type { Setup } from "./setup.ts";

export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

const systemLookup: Lookup = (host) => lookup(host, { all: true });

/** Whether DNS resolves the first host on the route: the proxy, or the tenant itself. */
export async function checkDns(
  setup: Setup,
  serverUrl: string,
  { proxy }: Route,
  resolve: Lookup = systemLookup,
): Promise<CheckOutcome<true>> {
  const { hostname } = proxy ?? new URL(serverUrl);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return { findings: [ok(`${host} is an address already`)], value: true };
  try {
    const addresses = await within(setup, resolve(host));
    const shown = addresses.slice(0, 4).map(({ address }) => address);
    const through = proxy ? `the proxy ${host}` : host;
    return { findings: [ok(`${through} is ${shown.join(", ")}`)], value: true };
  } catch (error) {
    return { findings: [explain(host, proxy !== undefined, error)] };
  }
}

function explain(host: string, isProxy: boolean, error: unknown): Finding {
  const { code = "no answer in time" } = error as NodeJS.ErrnoException;
  if (code !== "ENOTFOUND")
    return fail(
      `DNS gave no address for ${host} (${code})`,
      "Check the network connection and its DNS server.",
    );
  // Some systems give this code without a network, too.
  const why = "was not found: there is no network, or the name is wrong";
  return isProxy
    ? fail(`the proxy ${host} ${why}`, "Check the network connection, then HTTPS_PROXY.")
    : fail(
        `the host ${host} ${why}`,
        "Check the network connection, then the tenant's name in CONDUCTORONE_SERVER_URL, CONDUCTORONE_TENANT_DOMAIN or the client id.",
      );
}
