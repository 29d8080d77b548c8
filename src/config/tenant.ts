import { describeWrongId, holdsClientSecret, isOfTrust, isSendableId, OF_TRUST } from "./client-id.ts";
import type { Credential, Secret } from "./credential.ts";
import { fixBySetting, type Problem } from "./problem.ts";
import { SETTINGS, type Settings } from "./schema.ts";
import { CLIENT_ID, chooseServer } from "./server-url.ts";

/** The tenant and its credential, which a process keeps for its whole life. */
export interface TenantConfig {
  /** Origin of the API, without a trailing slash. */
  readonly serverUrl: string;
  /** The host, as shown to people. */
  readonly tenant: string;
  readonly credential: Credential;
}

export type SecretSettings = { readonly [Key in "accessToken" | "oidcToken" | "clientSecret"]?: Secret };

const CLIENT_SECRET = SETTINGS.clientSecret.env;
const OIDC_TOKEN = SETTINGS.oidcToken.env;
const ACCESS_TOKEN = SETTINGS.accessToken.env;

const MISSING_OIDC_TOKEN: Problem = {
  code: "missing_oidc_token",
  setting: OIDC_TOKEN,
  message: `is missing: ${CLIENT_ID} ${OF_TRUST}`,
  fix: `Set ${OIDC_TOKEN}, or use the id and the secret of an API key or of a service principal.`,
};

/** Advice for when client id and secret are swapped. */
export const EXCHANGE_ID_AND_SECRET =
  'Exchange the two values: the id looks like name@tenant-host/pcc or …/spc, the secret starts with "secret-token:".';

/** Chooses the credential and the tenant. Adds problems to the list; returns undefined if there are any. */
export function resolveTenant(
  settings: Settings,
  secrets: SecretSettings,
  problems: Problem[],
): TenantConfig | undefined {
  const before = problems.length;
  const { clientId } = settings;
  if (clientId !== undefined && !isSendableId(clientId)) problems.push(refuseId(clientId));
  const credential = chooseCredential(clientId, secrets, problems);
  // A client id also names the tenant, so a missing one is reported as one mistake, not two.
  const isToldAlready = !credential && !clientId && !settings.serverUrl && !settings.tenantDomain;
  const serverUrl = isToldAlready ? undefined : chooseServer(settings, problems);
  if (problems.length > before || !credential || !serverUrl) return undefined;
  return { serverUrl, tenant: new URL(serverUrl).host, credential };
}

/** A text that is sent as a client id must hold nothing else: the tenant's address may have been set apart from it. */
function refuseId(clientId: string): Problem {
  const message = describeWrongId(clientId);
  if (clientId.startsWith("secret-token:"))
    return { code: "swapped_id_and_secret", setting: CLIENT_ID, message, fix: EXCHANGE_ID_AND_SECRET };
  const fix = holdsClientSecret(clientId)
    ? `Set ${CLIENT_ID} to the id alone, and ${CLIENT_SECRET} to the secret.`
    : `Set ${CLIENT_ID} to the id alone, as C1 shows it.`;
  return { code: "malformed_client_id", setting: CLIENT_ID, message, fix };
}

function chooseCredential(
  clientId: string | undefined,
  secrets: SecretSettings,
  problems: Problem[],
): Credential | undefined {
  const { accessToken, oidcToken, clientSecret } = secrets;
  if (accessToken) return { kind: "access_token", token: accessToken };
  if (clientId && oidcToken) return { kind: "token_exchange", clientId, subjectToken: oidcToken };
  if (clientId && clientSecret && !isOfTrust(clientId))
    return { kind: "client_credentials", clientId, clientSecret };
  const missing = explainMissing(clientId, secrets, problems);
  if (missing) problems.push(missing);
  return undefined;
}

/** An unfilled placeholder was already reported, so it counts as a value here: one mistake, not two. */
function explainMissing(
  clientId: string | undefined,
  secrets: SecretSettings,
  problems: readonly Problem[],
): Problem | undefined {
  const isSet = (value: unknown, name: string) =>
    Boolean(value) ||
    problems.some(
      ({ code, setting }) => code === "unfilled_placeholder" && [name, `${name}_FILE`].includes(setting),
    );
  const hasOidcToken = isSet(secrets.oidcToken, OIDC_TOKEN);
  const hasSecret = hasOidcToken || isSet(secrets.clientSecret, CLIENT_SECRET);
  if (isSet(clientId, CLIENT_ID)) {
    if (clientId && isOfTrust(clientId) && !hasOidcToken) return MISSING_OIDC_TOKEN;
    if (hasSecret) return undefined;
    const message = `is missing (or ${CLIENT_SECRET}_FILE)`;
    return {
      code: "missing_client_secret",
      setting: CLIENT_SECRET,
      message,
      fix: fixBySetting(CLIENT_SECRET),
    };
  }
  if (isSet(secrets.accessToken, ACCESS_TOKEN)) return undefined;
  if (hasSecret) {
    const message = `is missing: ${hasOidcToken ? OIDC_TOKEN : CLIENT_SECRET} needs it`;
    return { code: "missing_client_id", setting: CLIENT_ID, message, fix: fixBySetting(CLIENT_ID) };
  }
  return {
    code: "missing_credential",
    setting: CLIENT_ID,
    message: `and ${CLIENT_SECRET} are missing: create a credential in C1 and set both`,
    fix: "An API key of your own will do, or a credential of a service principal; C1 shows the secret once. To check the entry of a client, name it: doctor claude-desktop. Without an account, add --sandbox.",
  };
}
