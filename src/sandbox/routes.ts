import { appOperations } from "./operations/apps.ts";
import { catalogOperations } from "./operations/catalog.ts";
import { connectorOwnerOperations } from "./operations/connector-owners.ts";
import { connectorOperations } from "./operations/connectors.ts";
import { authOperations } from "./operations/introspect.ts";
import { policyOperations } from "./operations/policies.ts";
import { userOperations } from "./operations/users.ts";
import type { Operation } from "./tenant.ts";

/** Every API operation that the sandbox knows. Literal segments come before parameters in the same place. */
const OPERATIONS: readonly Operation[] = [
  ...appOperations,
  ...connectorOperations,
  ...connectorOwnerOperations,
  ...catalogOperations,
  ...userOperations,
  ...policyOperations,
  ...authOperations,
];

export type Match =
  | { readonly kind: "operation"; readonly operation: Operation; readonly params: Record<string, string> }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "wrong method" }
  | { readonly kind: "unknown" };

/** Finds the operation for a path's decoded segments. */
export function matchRoute(method: string, segments: readonly string[]): Match {
  const hole = segments.indexOf("");
  if (hole !== -1) return matchCollection(method, segments.slice(0, hole));
  const candidates = OPERATIONS.flatMap((operation) => {
    const params = matchPath(operation.path, segments);
    return params === undefined ? [] : [{ kind: "operation" as const, operation, params }];
  });
  const found = candidates.find(({ operation }) => operation.method === method);
  return found ?? { kind: candidates.length > 0 ? "wrong method" : "unknown" };
}

/**
 * An empty segment, which is what an empty id produces, leads to the collection before it: directly for a GET, by a redirect for
 * other methods. So a client that forgot to check an id gets 200 and a whole list.
 */
function matchCollection(method: string, segments: readonly string[]): Match {
  const match = matchRoute("GET", segments);
  if (match.kind !== "operation") return match;
  if (method === "GET" && match.operation.emptyId !== "redirect") return match;
  return { kind: "redirect", location: `/${segments.map(encodeURIComponent).join("/")}` };
}

function matchPath(template: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = template.slice(1).split("/");
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith("{")) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
