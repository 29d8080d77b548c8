import type { Clock } from "../clock.ts";
import type { Configuration, Environment, Flags } from "../config/load.ts";
import type { TenantConfig } from "../config/tenant.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Finding } from "./finding.ts";

/** What the doctor is given to look at. */
export interface Setup {
  readonly env: Environment;
  readonly flags: Flags;
  readonly configuration: Configuration;
  /** The tenant that calls would go to; absent when the configuration names none. */
  readonly tenant: TenantConfig | undefined;
  /** In its place, where a file says whose credential serves whom: each of them by the name of its entry. */
  readonly credentials?: readonly { readonly name: string; readonly tenant: TenantConfig }[] | undefined;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What was found about the client's entry that the variables come from. */
  readonly entry?: readonly Finding[];
}

/** The longest that one check may wait for an answer. */
export const CHECK_LIMIT_MS = 10_000;
