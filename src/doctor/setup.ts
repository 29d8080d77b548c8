import type { Clock } from "../clock.ts";
import type { Configuration, Environment, Flags } from "../config/load.ts";
import type { TenantConfig } from "../config/tenant.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Supply } from "./credential-problems.ts";
import type { Finding } from "./finding.ts";

/** What the doctor examines. */
export interface Setup {
  readonly env: Environment;
  readonly flags: Flags;
  readonly configuration: Configuration;
  /** The tenant that calls would go to; absent if the configuration names none. */
  readonly tenant: TenantConfig | undefined;
  /** Replaces `tenant` if a file maps callers to credentials: each credential by the name of its entry. */
  readonly credentials?: readonly { readonly name: string; readonly tenant: TenantConfig }[] | undefined;
  /** Whether the tenant is the sandbox. */
  readonly sandbox?: boolean;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How the person at the terminal starts this program. */
  readonly command: string;
  /** Findings about the client's entry that the variables come from. */
  readonly entry?: readonly Finding[];
  /** Whether these findings are all: there is no such entry, or what it starts cannot be looked into. */
  readonly endsHere?: boolean;
  readonly supply?: Supply;
}

/** The longest that one check may wait for a response, in milliseconds. */
export const CHECK_LIMIT_MS = 10_000;
