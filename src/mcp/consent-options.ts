import type { Clock } from "../clock.ts";
import type { Secret } from "../config/credential.ts";
import type { Uses } from "../replicas/port.ts";

/** What consents and tasks of the 2026 era depend on. */
export interface ConsentOptions {
  /** Signs and seals what clients carry. Default: random for each process. */
  readonly stateKey?: Secret | undefined;
  /** Remembers which consents were used. Default: in this process. */
  readonly uses?: Uses | undefined;
  /** Of the tasks. Default: the system's. */
  readonly clock?: Clock | undefined;
}
