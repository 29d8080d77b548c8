import type { Secret } from "../config/credential.ts";
import type { Uses } from "../replicas/port.ts";

/** What consents of the 2026 era depend on. */
export interface ConsentOptions {
  /** Signs the state that clients carry. Default: random for each process. */
  readonly stateKey?: Secret | undefined;
  /** Remembers which consents were used. Default: in this process. */
  readonly uses?: Uses | undefined;
}
