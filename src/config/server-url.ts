import { isLoopback } from "../loopback.ts";
import { CLIENT_ID_FORM, describeWrongId, IN_QUOTATION_MARKS, isQuoted, isSendableId } from "./client-id.ts";
import { EXAMPLE, fixToHostAlone, type Problem, type ProblemCode } from "./problem.ts";
import { SETTINGS, type Settings } from "./schema.ts";

const SERVER_URL = SETTINGS.serverUrl.env;
const TENANT_DOMAIN = SETTINGS.tenantDomain.env;
export const CLIENT_ID = SETTINGS.clientId.env;

/** A full host name: at least two labels. */
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/**
 * The origin of the tenant's API: from explicit settings first, else from the host inside the client id, which is right for every
 * region. Adds problems to the list.
 */
export function chooseServer(
  settings: Pick<Settings, "serverUrl" | "tenantDomain" | "clientId">,
  problems: Problem[],
): string | undefined {
  const { serverUrl, tenantDomain, clientId } = settings;
  const fromUrl = serverUrl === undefined ? undefined : readServerUrl(serverUrl, problems);
  const fromDomain = tenantDomain === undefined ? undefined : readDomain(tenantDomain, problems);
  if (fromUrl && fromDomain && new URL(fromUrl).host !== new URL(fromDomain).host) {
    // Guessing between two tenants could write to the wrong one.
    problems.push({
      code: "conflicting_tenants",
      setting: TENANT_DOMAIN,
      message: `and ${SERVER_URL} name two different tenants`,
      fix: `Remove ${TENANT_DOMAIN} or correct it: a server is bound to one tenant.`,
    });
    return undefined;
  }
  if (serverUrl !== undefined || tenantDomain !== undefined) return fromUrl ?? fromDomain;
  if (clientId !== undefined) return readClientId(clientId, problems);
  problems.push({
    code: "missing_tenant",
    setting: SERVER_URL,
    message: "is missing: without a client id nothing says which tenant is meant",
    fix: `Set ${CLIENT_ID}, whose host is the tenant, or ${SERVER_URL}.`,
  });
  return undefined;
}

/**
 * The origin of the tenant that a client id names; undefined if it is not in C1's form. An e-mail address has a host, too, and
 * that must not be sent a credential.
 */
export function originOfClientId(clientId: string): string | undefined {
  const host = CLIENT_ID_FORM.exec(clientId)?.[1]?.toLowerCase();
  const url = `https://${host}`;
  const isHost = host && HOST.test(host.replace(/:\d+$/, "")) && URL.canParse(url);
  return isHost ? new URL(url).origin : undefined;
}

function readClientId(clientId: string, problems: Problem[]): string | undefined {
  const origin = originOfClientId(clientId);
  if (origin !== undefined) return origin;
  // What is no id at all was reported already.
  if (isSendableId(clientId)) {
    problems.push({
      code: "malformed_client_id",
      setting: CLIENT_ID,
      message: `${describeWrongId(clientId)}; copy it whole from C1`,
      fix: `Correct ${CLIENT_ID}, or set ${SERVER_URL} if your id is of another form.`,
    });
  }
  return undefined;
}

/** A host without a scheme, as in a browser's address bar. */
const BARE_HOST = /^[a-z0-9.-]+(?::\d+)?\/?$/i;

function readServerUrl(given: string, problems: Problem[]): string | undefined {
  const value = BARE_HOST.test(given) ? `https://${given}` : given;
  const refuse = (code: ProblemCode, message: string, fix: string): undefined => {
    problems.push({ code, setting: SERVER_URL, message, fix });
    return undefined;
  };
  if (isQuoted(given)) {
    return refuse(
      "malformed_address",
      IN_QUOTATION_MARKS,
      `Remove the quotation marks around ${SERVER_URL}.`,
    );
  }
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) {
    return refuse(
      "malformed_address",
      `must be an address ${EXAMPLE}, or its host alone`,
      `Set ${SERVER_URL} to the address of the tenant, ${EXAMPLE}.`,
    );
  }
  const url = new URL(value);
  if (url.username !== "" || url.password !== "") {
    const message = "must not hold a user name or password";
    return refuse("address_with_login", message, fixToHostAlone(SERVER_URL));
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    const message = "must hold the address of the tenant only, no path";
    return refuse("address_with_path", message, fixToHostAlone(SERVER_URL));
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return refuse(
      "insecure_address",
      "must start with https: (http is for loopback addresses only)",
      `Write https:// in ${SERVER_URL}: a token must not cross a network in the clear.`,
    );
  }
  if (!/[.:]/.test(url.hostname) && !isLoopback(url.hostname)) {
    const message = `must hold the full host of the tenant, ${EXAMPLE}`;
    return refuse("incomplete_host", message, fixToFullHost(SERVER_URL));
  }
  return url.origin;
}

function readDomain(value: string, problems: Problem[]): string | undefined {
  const host = value.toLowerCase();
  if (HOST.test(host) && URL.canParse(`https://${host}`)) return `https://${host}`;
  if (/^https?:/.test(host)) {
    problems.push({
      code: "malformed_address",
      setting: TENANT_DOMAIN,
      message: "must be the host alone, without https://",
      fix: `Set ${TENANT_DOMAIN} to the host alone, such as acme.conductor.one.`,
    });
    return undefined;
  }
  problems.push({
    code: "incomplete_host",
    setting: TENANT_DOMAIN,
    message: "must be the full host of the tenant, such as acme.conductor.one or acme.c1eu.ai",
    fix: fixToFullHost(TENANT_DOMAIN),
  });
  return undefined;
}

function fixToFullHost(setting: string): string {
  return `Set ${setting} to the whole host, such as acme.conductor.one; a bare word fits several regions.`;
}
