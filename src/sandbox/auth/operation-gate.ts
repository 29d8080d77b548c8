import { type ApiProblem, notFound, permissionDenied, unimplemented } from "../problems.ts";
import type { Operation } from "../tenant.ts";

/** Refusals that tests set up for single operations, by name (`apps.create`). */
export class OperationGate {
  readonly #refusals = new Map<string, () => ApiProblem>();
  #only: ReadonlySet<string> | undefined;

  /** Answers the operation with 403. */
  forbid(operation: string): void {
    this.#refusals.set(operation, permissionDenied);
  }

  /** Answers the operation with 404, as a tenant does that hides it. */
  notFound(operation: string): void {
    this.#refusals.set(operation, notFound);
  }

  /** Answers the operation with 501. */
  notImplemented(operation: string): void {
    this.#refusals.set(operation, () => unimplemented("unimplemented"));
  }

  /** From now on the tenant knows these operations alone: every other API path answers 404. */
  only(operations: readonly string[]): void {
    this.#only = new Set(operations);
  }

  /** Undoes every refusal. */
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
 * Whether the roles allow an operation. Which permission each one needs is not published, and the API's names of the
 * administrator roles are not known: here the owner may do all, the viewer may read, and anyone else sees just people.
 */
export function checkRoles(roles: readonly string[], { name, writes }: Operation): void {
  if (roles.includes("system:owner")) return;
  if (roles.includes("system:viewer") && !writes) return;
  if (roles.length > 0 && OPEN_TO_ALL.has(name)) return;
  throw permissionDenied();
}
