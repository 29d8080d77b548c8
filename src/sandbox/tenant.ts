import type { Clock } from "../clock.ts";
import type { Caller } from "./auth/access-tokens.ts";
import type { AuthSwitches } from "./auth/switches.ts";
import type { TenantState } from "./state.ts";

/** The tenant that all operations work on. */
export interface Tenant {
  readonly state: TenantState;
  readonly clock: Clock;
  readonly auth: AuthSwitches;
  readonly rejectUnknownFields: boolean;
  readonly staleStatus: boolean;
  readonly delays: {
    readonly appOwnerMs: number;
    readonly connectorOwnerMs: number;
    readonly objectMs: number;
    readonly syncQueueMs: number;
    readonly syncMs: number;
  };
}

/** One API call whose token, permission, path ids and JSON syntax were already accepted. */
export interface Call {
  readonly tenant: Tenant;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON object of a POST or PUT; `{}` if the method needs none and none was sent. */
  readonly body: Record<string, unknown>;
}

export interface Operation {
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path template. `{…}` segments become params, and those that end in "id" must be well-formed ids. */
  readonly path: string;
  readonly writes: boolean;
  /** The query parameters that it accepts; default none. */
  readonly query?: readonly string[];
  /** How `GET <path>/` behaves: it returns the list itself (default), or first redirects to `<path>`. */
  readonly emptyId?: "redirect";
  run(call: Call): unknown;
}

/** The current time in the API's format. */
export function timestamp(tenant: Tenant): string {
  return new Date(tenant.clock.now()).toISOString();
}
