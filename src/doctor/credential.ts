import { CLIENT_ID_FORM, describeWrongId, findOddEnding, WITH_SECRET } from "../config/client-id.ts";
import type { Credential } from "../config/credential.ts";
import { SETTINGS } from "../config/schema.ts";
import type { TenantConfig } from "../config/tenant.ts";
import { Failure } from "../errors.ts";
import { checkClientSecret } from "./client-secret.ts";
import { type CheckOutcome, type Finding, fail, ok, unreached, warn } from "./finding.ts";
import { isReported } from "./is-reported.ts";
import { readClaims } from "./jwt.ts";
import type { Places } from "./places.ts";
import type { Setup } from "./setup.ts";

const MAX_OIDC_AGE_S = 600;

/** The setting that holds the secret of each kind of credential. */
const SECRETS = {
  access_token: "accessToken",
  token_exchange: "oidcToken",
  client_credentials: "clientSecret",
} as const;

/** Checks the form of the credential before anything is sent: a secret that belongs elsewhere must not leave this machine. */
export async function checkCredential(
  setup: Setup,
  tenant: TenantConfig,
  places: Places,
): Promise<CheckOutcome<true>> {
  const { credential } = tenant;
  const findings: Finding[] = [];
  try {
    findings.push(...(await judge(credential, tenant, places, setup.clock.now() / 1000)));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { env } = SETTINGS[SECRETS[credential.kind]];
    const isTold = isReported(setup.configuration.problems, env);
    findings.push(isTold ? unreached("configuration") : fail(error.message, error.next));
  }
  const isInOrder = findings.every(({ result }) => result === "ok" || result === "warn");
  return { findings, ...(isInOrder && { value: true }) };
}

async function judge(
  credential: Credential,
  tenant: TenantConfig,
  places: Places,
  now: number,
): Promise<Finding[]> {
  switch (credential.kind) {
    case "access_token":
      return [judgeAccessToken((await credential.token()).trim(), places, now)];
    case "client_credentials":
      return [
        ...judgeId(credential.clientId, tenant, places, WITH_SECRET),
        checkClientSecret((await credential.clientSecret()).trim(), places),
      ];
    case "token_exchange":
      return [
        ...judgeId(credential.clientId, tenant, places, ["wfe"]),
        judgeOidcToken((await credential.subjectToken()).trim(), tenant, places, now),
      ];
  }
}

function judgeId(
  clientId: string,
  { serverUrl }: TenantConfig,
  places: Places,
  suffixes: readonly string[],
): Finding[] {
  const name = places.clientId;
  const [, host, suffix = ""] = CLIENT_ID_FORM.exec(clientId) ?? [];
  if (host === undefined)
    return [warn(`${name} ${describeWrongId(clientId)}`, "Copy the client id whole from C1.")];
  const findings: Finding[] = [];
  if (new URL(serverUrl).host !== host.toLowerCase())
    findings.push(
      warn(
        `${name} belongs to the tenant ${host}, but calls go to ${new URL(serverUrl).host}`,
        "Remove CONDUCTORONE_SERVER_URL and CONDUCTORONE_TENANT_DOMAIN unless that is meant: the id names its tenant.",
      ),
    );
  const odd = findOddEnding(clientId, suffixes);
  if (odd === undefined) return [...findings, ok(`the client id is of the form …@${host}/${suffix}`)];
  const detail = `${name} ${odd}`;
  const fix = `Use an id that ends in /${suffixes.join(" or /")}.`;
  return [...findings, suffixes[0] === "wfe" ? fail(detail, fix) : warn(detail, fix)];
}

function judgeAccessToken(token: string, places: Places, now: number): Finding {
  const name = places.accessToken;
  const fix = `Set ${name} to a fresh token alone, or use a client id and secret, which renew themselves.`;
  if (token.startsWith("secret-token:"))
    return fail(
      `${name} holds a client secret`,
      `Move it to ${places.clientSecret} and set ${places.clientId} beside it.`,
    );
  if (/^bearer\s/i.test(token)) return fail(`${name} starts with the word Bearer`, fix);
  if (!/^[\x21-\x7e]+$/.test(token)) return fail(`${name} holds characters that no token has`, fix);
  const { exp } = readClaims(token) ?? {};
  if (exp === undefined) return ok("a ready access token; how long it lives cannot be seen");
  const left = Math.round(exp - now);
  return left > 0
    ? ok(`a ready access token, for another ${formatDuration(left)}; nothing renews it`)
    : fail(`${name} expired ${formatDuration(-left)} ago`, fix);
}

function judgeOidcToken(
  token: string,
  { serverUrl }: TenantConfig,
  { oidcToken: name, oidcTokenFile }: Places,
  now: number,
): Finding {
  const host = new URL(serverUrl).hostname;
  const claims = readClaims(token);
  if (!claims)
    return fail(`${name} is not a JWT`, `Set ${name} to the identity token of your identity provider.`);
  const fresh = `Fetch a new one just before it is used, best through ${oidcTokenFile}.`;
  if (claims.exp !== undefined && claims.exp <= now)
    return warn(`${name} expired ${formatDuration(now - claims.exp)} ago`, fresh);
  if (claims.iat !== undefined && now - claims.iat > MAX_OIDC_AGE_S)
    return warn(
      `${name} is ${formatDuration(now - claims.iat)} old; C1 takes tokens of at most 10 minutes`,
      fresh,
    );
  if (!claims.aud.some((audience) => audience.includes(host)))
    return warn(`${name} is not meant for ${host}`, `Ask your identity provider for the audience ${host}.`);
  return ok("an OIDC token, to be exchanged for a C1 token");
}

export function formatDuration(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 120) return `${whole} s`;
  return whole < 7200 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`;
}
