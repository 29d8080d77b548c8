/** What tests may change about the tenant's authentication while it runs. */
export interface AuthSwitches {
  /** Whether clients may prove themselves by a signed assertion. */
  assertion: "accept" | "unsupported";
  /** true: the token endpoint demands a DPoP proof; "token_type": it hands out a token bound to one. */
  dpop: boolean | "token_type";
  /** The caller's roles. Known names: `system:owner` (all), `system:viewer` (reads), `system:user`. */
  roles: string[];
}

export function createSwitches(): AuthSwitches {
  return { assertion: "accept", dpop: false, roles: ["system:owner"] };
}
