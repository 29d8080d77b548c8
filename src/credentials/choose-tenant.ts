import { chooseServer, originOfClientId } from "../config/load.ts";
import type { Problem } from "../config/problem.ts";
import type { Settings } from "../config/schema.ts";
import { CREDENTIALS_FILE, type Mapping } from "./entry.ts";
import type { Fault } from "./fault.ts";

/** The origin of all entries: from the settings, else from the first client id. Returns problems if there is none. */
export function chooseTenant(
  settings: Pick<Settings, "serverUrl" | "tenantDomain">,
  { entries }: Mapping,
): string | readonly Problem[] {
  const problems: Problem[] = [];
  const { serverUrl, tenantDomain } = settings;
  if (serverUrl !== undefined || tenantDomain !== undefined)
    return chooseServer(settings, problems) ?? problems;
  const first = entries.find(({ credential }) => credential.clientId !== undefined)?.credential.clientId;
  const origin = first === undefined ? undefined : originOfClientId(first);
  if (origin !== undefined) return origin;
  const setting = "CONDUCTORONE_SERVER_URL";
  const message = `is missing: no entry of ${CREDENTIALS_FILE} has a clientId, so nothing says which tenant is meant`;
  return [{ code: "missing_tenant", setting, message, fix: `Set ${setting} to the address of the tenant.` }];
}

/** Finds entries for another tenant, because a process writes to only one. */
export function findStrangers({ entries }: Mapping, serverUrl: string): Fault[] {
  const { host } = new URL(serverUrl);
  return entries.flatMap(({ name, credential: { clientId } }, index) => {
    const own = clientId === undefined ? undefined : new URL(originOfClientId(clientId) ?? serverUrl).host;
    if (own === undefined || own === host) return [];
    const message = `belongs to the tenant ${own}, and this server is bound to ${host}`;
    return [{ at: `entries[${index}] (${name}).clientId`, message }];
  });
}
