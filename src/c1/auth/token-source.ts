import type { Limits } from "../../clock.ts";

/** Supplies the client's bearer tokens. */
export interface TokenSource {
  /** Returns a bearer token. Rejects with a Failure whose `changed` is "no": nothing was sent to the API. */
  getToken(limits: Limits): Promise<string>;
  /** Reports that C1 refused this token; returns true if another one can be obtained. */
  dropToken(token: string): boolean;
}
