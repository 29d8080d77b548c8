import { secretFromValue } from "../config/secret-file.ts";
import type { TenantConfig } from "../config/tenant.ts";
import type { Redactor } from "../log/redact.ts";
import { type Sandbox, startSandbox } from "../sandbox/start.ts";

export type SandboxTenant = TenantConfig & { readonly sandbox: Sandbox };

/** Starts the embedded tenant, which has its own credential. */
export async function startTenant(
  redactor: Redactor,
  closers: (() => Promise<void>)[],
  port = 0,
): Promise<SandboxTenant> {
  const sandbox = await startSandbox({ port });
  closers.push(() => sandbox.close());
  return {
    serverUrl: sandbox.serverUrl,
    tenant: "sandbox",
    sandbox,
    credential: {
      kind: "client_credentials",
      clientId: sandbox.clientId,
      clientSecret: secretFromValue(sandbox.clientSecret, redactor),
    },
  };
}
