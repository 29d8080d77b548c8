import type { Call, Operation } from "../tenant.ts";

export const authOperations: readonly Operation[] = [
  { name: "auth.introspect", method: "GET", path: "/api/v1/auth/introspect", writes: false, run: introspect },
];

/** The identity behind the token. `principleId` is the API's spelling; names of permissions are not published. */
function introspect({ tenant, caller }: Call) {
  return {
    userId: caller.kind === "person" ? caller.userId : "",
    principleId: caller.userId,
    tenantId: tenant.state.tenantId,
    roles: [...(caller.roles ?? tenant.auth.roles)],
    permissions: [],
    features: [],
    disabledModules: null,
    deviceClientId: "",
  };
}
