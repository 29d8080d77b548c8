/** What tests can change about the tenant's authentication at run time. */
export interface AuthSwitches {
  /** Whether clients may authenticate with a signed assertion. */
  assertion: "accept" | "unsupported";
  /** true: the token endpoint demands a DPoP proof; "token_type": it issues a DPoP-bound token. */
  dpop: boolean | "token_type";
  /** The caller's roles. Known names: `system:owner` (all), `system:viewer` (reads), `system:user`. */
  roles: string[];
}

export function createSwitches(): AuthSwitches {
  return { assertion: "accept", dpop: false, roles: ["system:owner"] };
}
