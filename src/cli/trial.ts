import { createHash, randomBytes } from "node:crypto";
import { issuerUrlsOf } from "../http/grants/metadata.ts";
import { portOfTrial, type Trial } from "../http/grants/trial.ts";
import { resourceOf } from "../http/resource.ts";
import { everyScopeOf } from "../http/scopes.ts";
import type { Runtime } from "./runtime.ts";

const CLIENT_ID = "sandbox-client";
const PERSON = "jane.doe@acme.example";

/** What `http --sandbox` needs if the sandbox issues the assertions, and the commands for trying it. */
export interface OpenedTrial extends Trial {
  readonly commands: string;
}

/**
 * Starts the sandbox at the address of `C1_MCP_EMA_ISSUER` and registers this server with it, along with one client and one
 * person who may read and create apps; undefined if the sandbox is not the issuer. Rejects if the address is in use.
 */
export async function openTrial({
  configuration,
  registry,
  redactor,
  openSandbox,
}: Runtime): Promise<OpenedTrial | undefined> {
  const { settings, emaKey } = configuration;
  const port = portOfTrial(settings, emaKey !== undefined);
  if (port === undefined) return undefined;
  const { assertions, serverUrl } = await openSandbox(port);
  const resource = resourceOf(settings);
  const { issuer } = issuerUrlsOf(resource);
  const secret = randomBytes(18).toString("base64url");
  redactor.add(secret);
  const scopes = everyScopeOf(registry);
  assertions.register({ audience: issuer, resources: [resource], scopes }, { id: CLIENT_ID, secret });
  for (const scope of ["c1:read", "c1:create_app"]) assertions.grant(PERSON, scope);
  const secretDigests = [createHash("sha256").update(secret).digest()];
  const clients = new Map([[CLIENT_ID, { id: CLIENT_ID, secretDigests, jwks: undefined }]]);
  const key = randomBytes(32).toString("hex");
  return {
    clients: async () => clients,
    keys: async () => key,
    commands: describeTrial(serverUrl, { issuer, resource }, secret),
  };
}

/** Shell commands for the complete flow: log in, exchange twice, call, then revoke the right. */
function describeTrial(
  tenant: string,
  server: { readonly issuer: string; readonly resource: string },
  secret: string,
): string {
  const { issuer, resource } = server;
  const call = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "create_app", arguments: { displayName: "Governed CRM" } },
  };
  return `# The sandbox issues identity assertions, and ${PERSON} may read and create apps. All of this is good for this process only.
field() { node -pe "JSON.parse(require('fs').readFileSync(0, 'utf8')).$1"; }
token() {
  LOGIN=$(curl -s ${tenant}/sandbox/sign_in -d email=${PERSON} -d client_id=${CLIENT_ID} | field id_token)
  ASSERTION=$(curl -s ${tenant}/auth/v1/token -d client_id=${CLIENT_ID} -d client_secret=${secret} \\
    -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange -d requested_token_type=urn:ietf:params:oauth:token-type:id-jag \\
    -d subject_token_type=urn:ietf:params:oauth:token-type:id_token -d subject_token=$LOGIN \\
    -d audience=${issuer} -d resource=${resource} | field access_token)
  curl -s ${issuer}/token -u ${CLIENT_ID}:${secret} -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer -d assertion=$ASSERTION | field access_token
}
call() {
  curl -si ${resource} -H "authorization: Bearer $1" -H 'content-type: application/json' \\
    -H 'accept: application/json, text/event-stream' -d '${JSON.stringify(call)}'
}
call $(token)   # creates an app: the audit record names Jane
curl -s ${tenant}/sandbox/revoke -d email=${PERSON} -d scope=c1:create_app; echo
call $(token)   # 403 that names c1:create_app; a token from before is good for five minutes at most
`;
}
