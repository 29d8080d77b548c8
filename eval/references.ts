import type { TenantState } from "../src/sandbox/start.ts";
import { findApp, findConnector, findPerson, findPolicy, typeOf } from "./tenant.ts";

/** The kinds of references, and how each finds its object in the tenant. */
const FINDERS: Readonly<Record<string, (state: TenantState, name: string) => string>> = {
  app: (state, name) => findApp(state, name).id,
  connector: (state, name) => findConnector(state, name).id,
  person: (state, email) => findPerson(state, email).id,
  policy: (state, name) => findPolicy(state, name).id,
  type: (_state, slug) => typeOf(slug).catalogId,
};

/**
 * Replaces references in arguments by ids: "@app:Acme Wiki", "@person:sam.lee@acme.example", "@connector:Acme HR/Okta v2",
 * "@policy:Manager approval", "@type:okta_v2", and "@result:0.appId" for a field of an earlier answer.
 */
export function fillReferences<T>(
  value: T,
  state: TenantState,
  answers: readonly Record<string, unknown>[],
): T {
  const fill = (part: unknown): unknown => {
    if (typeof part === "string") return fillReference(part, state, answers);
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, fill(item)]));
  };
  return fill(value) as T;
}

function fillReference(
  text: string,
  state: TenantState,
  answers: readonly Record<string, unknown>[],
): unknown {
  const [, kind = "", name = ""] = /^@([a-z]+):(.+)$/s.exec(text) ?? [];
  if (kind === "result") {
    const [index = "", ...path] = name.split(".");
    return path.reduce(
      (at: unknown, key) => (at as Record<string, unknown> | undefined)?.[key],
      answers[Number(index)],
    );
  }
  return FINDERS[kind]?.(state, name) ?? text;
}
