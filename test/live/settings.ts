import { describeProblems, type Environment, loadConfiguration } from "../../src/config/load.ts";
import type { TenantConfig } from "../../src/config/tenant.ts";
import { createRedactor, type Redactor } from "../../src/log/redact.ts";

export interface LiveSettings {
  readonly tenant: TenantConfig;
  readonly redactor: Redactor;
  /** User id or e-mail of the person who becomes an owner; default: the credential's own user. */
  readonly person: string | undefined;
  /** Whether the catalog is asked about all types of our table, not only about a sample. */
  readonly allTypes: boolean;
  /** How long to wait for C1's asynchronous work, in milliseconds. */
  readonly patienceMs: number;
}

const CREDENTIALS = ["CONDUCTORONE_ACCESS_TOKEN", "CONDUCTORONE_OIDC_TOKEN", "CONDUCTORONE_CLIENT_SECRET"];

/**
 * The tenant to write to, or why there is none. Credentials alone are not enough, because a shell may contain them for another
 * purpose. So the tenant must also be named explicitly.
 */
export function readLiveSettings(env: Environment): LiveSettings | { readonly skip: string } {
  if (!CREDENTIALS.some((name) => env[name] || env[`${name}_FILE`])) {
    return { skip: "set CONDUCTORONE_* to a credential of a throw-away tenant" };
  }
  const redactor = createRedactor();
  const { tenant, problems } = loadConfiguration(env, {}, { sandbox: false, redactor });
  if (!tenant || problems.length > 0) throw new Error(`not configured:\n${describeProblems(problems)}`);
  const confirmed = env.C1_LIVE_CONFIRM?.trim() ?? "";
  if (confirmed === "") {
    return {
      skip: `these tests write to ${tenant.tenant} and cannot clean up: set C1_LIVE_CONFIRM=${tenant.tenant} if it is a throw-away tenant`,
    };
  }
  if (confirmed !== tenant.tenant) {
    throw new Error(`C1_LIVE_CONFIRM names ${confirmed}, but the credential is for ${tenant.tenant}`);
  }
  const patience = Number(env.C1_LIVE_PATIENCE_SECONDS ?? "180");
  if (!(patience >= 0 && patience <= 600)) throw new Error("C1_LIVE_PATIENCE_SECONDS must be 0 to 600");
  return {
    tenant,
    redactor,
    person: env.C1_LIVE_USER?.trim() || undefined,
    allTypes: env.C1_LIVE_CATALOG === "all",
    patienceMs: patience * 1000,
  };
}
