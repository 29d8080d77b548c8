import type { Limits } from "../../clock.ts";

/** Where the client has its bearer tokens from. */
export interface TokenSource {
  /** A bearer token. Rejects with a Failure whose `changed` is "no": nothing was sent to the API. */
  getToken(limits: Limits): Promise<string>;
  /** Told that C1 refused this token; true when another one can be had. */
  dropToken(token: string): boolean;
}
