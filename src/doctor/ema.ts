import { createEmaClients } from "../config/ema-clients.ts";
import { MIN_KEY_LENGTH, splitKeys } from "../config/http-settings.ts";
import { portOfTrial } from "../http/grants/trial.ts";
import { type Finding, fail, ok, skip } from "./finding.ts";
import { checkIssuer } from "./issuer.ts";
import type { Setup } from "./setup.ts";

/** Whether `http` can exchange the issuer's assertions, if any setting of enterprise-managed authorization is set. */
export async function checkEma(setup: Setup): Promise<Finding[]> {
  const { settings, emaKey } = setup.configuration;
  const { emaIssuer, emaClientsFile } = settings;
  if (emaIssuer === undefined && emaClientsFile === undefined && emaKey === undefined) return [];
  if (setup.sandbox && portOfTrial(settings, emaKey !== undefined) !== undefined)
    return [skip("the sandbox itself is the issuer of assertions, while `http --sandbox` runs")];
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
    ...(emaIssuer === undefined ? [] : [await checkEmaIssuer(setup, emaIssuer)]),
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
  const keys = splitKeys(await read());
  if (keys.length > 0 && keys.every(({ length }) => length >= MIN_KEY_LENGTH)) {
    return ok(`keys of access tokens: ${keys.length}`);
  }
  const fix = "Make one with `openssl rand -hex 32`.";
  return fail(`C1_MCP_EMA_KEY must hold keys of at least ${MIN_KEY_LENGTH} characters each`, fix);
}

function checkEmaIssuer(setup: Setup, address: string): Promise<Finding> {
  return checkIssuer(setup, {
    address,
    issues: "assertions",
    fixes: {
      noKey: "Turn cross-app access on in C1.",
      unreadable: "Correct C1_MCP_EMA_ISSUER, letter by letter, or let this machine reach it.",
    },
  });
}
