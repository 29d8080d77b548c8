import { type ApiProblem, notFound, permissionDenied, unimplemented } from "../problems.ts";
import type { Operation } from "../tenant.ts";

/** Refusals that tests set up for single operations, by name (`apps.create`). */
export class OperationGate {
  readonly #refusals = new Map<string, () => ApiProblem>();
  #only: ReadonlySet<string> | undefined;

  /** Makes the operation respond with 403. */
  forbid(operation: string): void {
    this.#refusals.set(operation, permissionDenied);
  }

  /** Makes the operation respond with 404, like a tenant that hides it. */
  notFound(operation: string): void {
    this.#refusals.set(operation, notFound);
  }

  /** Makes the operation respond with 501. */
  notImplemented(operation: string): void {
    this.#refusals.set(operation, () => unimplemented("unimplemented"));
  }

  /** Restricts the tenant to these operations: every other API path responds with 404. */
  only(operations: readonly string[]): void {
    this.#only = new Set(operations);
  }

  /** Reverses every refusal. */
  allowAll(): void {
    this.#refusals.clear();
    this.#only = undefined;
  }

  check({ name }: Operation): void {
    if (this.#only !== undefined && !this.#only.has(name)) throw notFound();
    const refuse = this.#refusals.get(name);
    if (refuse !== undefined) throw refuse();
  }
}

const OPEN_TO_ALL = new Set(["auth.introspect", "users.get", "users.search"]);

/**
 * Checks whether the roles allow an operation. The permission for each operation and the API's names of the administrator roles
 * are not published. Here the owner may do everything, the viewer may read, and anyone else sees only people.
 */
export function checkRoles(roles: readonly string[], { name, writes }: Operation): void {
  if (roles.includes("system:owner")) return;
  if (roles.includes("system:viewer") && !writes) return;
  if (roles.length > 0 && OPEN_TO_ALL.has(name)) return;
  throw permissionDenied();
}
