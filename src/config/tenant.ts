import type { Credential, Secret } from "./credential.ts";
import { isLoopback } from "./loopback.ts";
import type { Settings } from "./schema.ts";

/** The tenant and the credential for it: what a process is bound to for its whole life. */
export interface TenantConfig {
  /** Origin of the API, without a trailing slash. */
  readonly serverUrl: string;
  /** Host as people know it. */
  readonly tenant: string;
  readonly credential: Credential;
}

export interface Problem {
  /** The variable or flag to change. */
  readonly name: string;
  readonly message: string;
}

export type SecretSettings = { readonly [Key in "accessToken" | "oidcToken" | "clientSecret"]?: Secret };

/** A full host name: at least two labels. */
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/** Chooses the credential and the tenant. Problems are added to the list; undefined when there is any. */
export function resolveTenant(
  settings: Settings,
  secrets: SecretSettings,
  problems: Problem[],
): TenantConfig | undefined {
  const before = problems.length;
  const { clientId } = settings;
  if (clientId?.startsWith("secret-token:")) {
    problems.push({
      name: "CONDUCTORONE_CLIENT_ID",
      message: "holds a client secret: id and secret are swapped",
    });
  }
  const credential = chooseCredential(clientId, secrets, problems);
  const serverUrl = chooseServer(settings, problems);
  if (problems.length > before || !credential || !serverUrl) return undefined;
  return { serverUrl, tenant: new URL(serverUrl).host, credential };
}

function chooseCredential(
  clientId: string | undefined,
  secrets: SecretSettings,
  problems: Problem[],
): Credential | undefined {
  if (secrets.accessToken) return { kind: "access_token", token: secrets.accessToken };
  const needsId = secrets.oidcToken ? "CONDUCTORONE_OIDC_TOKEN" : "CONDUCTORONE_CLIENT_SECRET";
  if (!clientId && (secrets.oidcToken || secrets.clientSecret)) {
    problems.push({ name: "CONDUCTORONE_CLIENT_ID", message: `is missing: ${needsId} needs it` });
    return undefined;
  }
  if (clientId && secrets.oidcToken) {
    return { kind: "token_exchange", clientId, subjectToken: secrets.oidcToken };
  }
  if (clientId && secrets.clientSecret) {
    return { kind: "client_credentials", clientId, clientSecret: secrets.clientSecret };
  }
  problems.push(
    clientId
      ? { name: "CONDUCTORONE_CLIENT_SECRET", message: "is missing (or CONDUCTORONE_CLIENT_SECRET_FILE)" }
      : {
          name: "CONDUCTORONE_CLIENT_ID",
          message: "and CONDUCTORONE_CLIENT_SECRET are missing: create a credential in C1 and set both",
        },
  );
  return undefined;
}

/** Explicit settings first, then the host inside the client id, which is right for every region. */
function chooseServer(settings: Settings, problems: Problem[]): string | undefined {
  const fromUrl = settings.serverUrl === undefined ? undefined : readServerUrl(settings.serverUrl, problems);
  const fromDomain =
    settings.tenantDomain === undefined ? undefined : readDomain(settings.tenantDomain, problems);
  if (fromUrl && fromDomain && new URL(fromUrl).host !== new URL(fromDomain).host) {
    // Guessing which of two tenants was meant could write to the wrong one.
    problems.push({
      name: "CONDUCTORONE_TENANT_DOMAIN",
      message: "and CONDUCTORONE_SERVER_URL name two different tenants",
    });
    return undefined;
  }
  if (settings.serverUrl !== undefined || settings.tenantDomain !== undefined) return fromUrl ?? fromDomain;
  const { clientId } = settings;
  if (clientId === undefined) {
    problems.push({
      name: "CONDUCTORONE_SERVER_URL",
      message: "is missing: without a client id nothing says which tenant is meant",
    });
    return undefined;
  }
  const host = /@([^/@\s]+)(?:\/|$)/.exec(clientId)?.[1]?.toLowerCase();
  const url = `https://${host}`;
  if (!host || !HOST.test(host.replace(/:\d+$/, "")) || !URL.canParse(url)) {
    if (!clientId.startsWith("secret-token:")) {
      problems.push({
        name: "CONDUCTORONE_CLIENT_ID",
        message: "is not of the form name@tenant-host/suffix: copy it whole, or set CONDUCTORONE_SERVER_URL",
      });
    }
    return undefined;
  }
  return new URL(url).origin;
}

function readServerUrl(value: string, problems: Problem[]): string | undefined {
  const refuse = (message: string): undefined => {
    problems.push({ name: "CONDUCTORONE_SERVER_URL", message });
    return undefined;
  };
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) {
    return refuse("must be a full address such as https://acme.conductor.one");
  }
  const url = new URL(value);
  if (url.username !== "" || url.password !== "") return refuse("must not hold a user name or password");
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return refuse("must hold the address of the tenant only, no path");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return refuse("must start with https: (http is for loopback addresses only)");
  }
  if (!/[.:]/.test(url.hostname) && !isLoopback(url.hostname)) {
    return refuse("must hold the full host of the tenant, such as https://acme.conductor.one");
  }
  return url.origin;
}

function readDomain(value: string, problems: Problem[]): string | undefined {
  const host = value.toLowerCase();
  if (HOST.test(host) && URL.canParse(`https://${host}`)) return `https://${host}`;
  problems.push({
    name: "CONDUCTORONE_TENANT_DOMAIN",
    message: "must be the full host of the tenant, such as acme.conductor.one or acme.c1eu.ai",
  });
  return undefined;
}
