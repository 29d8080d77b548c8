import { createEmaClients } from "../config/ema-clients.ts";
import { MIN_KEY_LENGTH, splitTokens } from "../config/http-settings.ts";
import { createKeyReader } from "../http/read-keys.ts";
import { formatCount } from "../text.ts";
import { type Finding, fail, ok } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Whether `http` can exchange the issuer's assertions, if any setting of enterprise-managed authorization is set. */
export async function checkEma({ configuration }: Setup): Promise<Finding[]> {
  const { settings, emaKey } = configuration;
  const { emaIssuer, emaClientsFile } = settings;
  if (emaIssuer === undefined && emaClientsFile === undefined && emaKey === undefined) return [];
  const parts = {
    C1_MCP_EMA_ISSUER: emaIssuer,
    C1_MCP_EMA_CLIENTS_FILE: emaClientsFile,
    C1_MCP_EMA_KEY: emaKey,
  };
  const missing = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [name] : []));
  return [
    ...missing.map((name) =>
      fail(`enterprise-managed authorization lacks ${name}`, `Set ${name}, or none of it.`),
    ),
    ...(emaClientsFile === undefined ? [] : [await checkClients(emaClientsFile)]),
    ...(emaKey === undefined ? [] : [await checkKey(emaKey)]),
    ...(emaIssuer === undefined ? [] : [await checkIssuer(emaIssuer)]),
  ];
}

async function checkClients(path: string): Promise<Finding> {
  try {
    const clients = await createEmaClients(path)();
    return ok(`clients that may exchange assertions: ${[...clients.keys()].join(", ")}`);
  } catch (error) {
    const what = `C1_MCP_EMA_CLIENTS_FILE ${(error as Error).message}`;
    return fail(what, "Correct the file as deploy/README.md shows.");
  }
}

async function checkKey(read: () => Promise<string>): Promise<Finding> {
  const keys = splitTokens(await read());
  if (keys.length > 0 && keys.every(({ length }) => length >= MIN_KEY_LENGTH)) {
    return ok(`keys of access tokens: ${keys.length}`);
  }
  const fix = "Make one with `openssl rand -hex 32`.";
  return fail(`C1_MCP_EMA_KEY must hold keys of at least ${MIN_KEY_LENGTH} characters each`, fix);
}

async function checkIssuer(issuer: string): Promise<Finding> {
  try {
    const keys = await createKeyReader(issuer, () => performance.now())();
    const count = keys.jwks()?.keys.length ?? 0;
    if (count > 0) return ok(`the issuer of assertions, ${issuer}, publishes ${formatCount(count, "key")}`);
    return fail(`the issuer of assertions, ${issuer}, publishes no key`, "Turn cross-app access on in C1.");
  } catch (error) {
    const what = `the keys of the issuer of assertions, ${issuer}, cannot be read: ${(error as Error).message}`;
    return fail(what, "Correct C1_MCP_EMA_ISSUER, letter by letter, or let this machine reach it.");
  }
}
