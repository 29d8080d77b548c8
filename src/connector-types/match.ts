import { ID } from "../c1-id.ts";
import { familyOf, newestFirst, TEST_SLUG } from "./family.ts";
import { findTypes } from "./find.ts";
import { type ConnectorType, findType, listTypes } from "./table.ts";

const MAX_CANDIDATES = 5;

/** What a reference to a connector type resolves to, with at most five candidates. */
export type TypeMatch =
  | { readonly kind: "one"; readonly type: ConnectorType }
  /** A well-formed id that our table lacks, which is not an error. */
  | { readonly kind: "unknown"; readonly catalogId: string }
  /** Several types match, or there is a newer version than the one named; newest first. */
  | { readonly kind: "several"; readonly candidates: readonly ConnectorType[] }
  /** Nothing matches; these come close. */
  | { readonly kind: "none"; readonly candidates: readonly ConnectorType[] };

/**
 * Resolves an id, a slug or a name to a type. An id is exact. A word resolves only if no other type of that name and no newer
 * version exists, because someone may say "Okta" without knowing that there are two.
 */
export function matchType(ref: string): TypeMatch {
  if (ID.test(ref)) {
    const type = findType(ref);
    return type ? { kind: "one", type } : { kind: "unknown", catalogId: ref };
  }
  const wanted = ref.trim();
  const exact = findExact(wanted.toLowerCase());
  const [only] = exact;
  if (!only) return { kind: "none", candidates: nearest(findTypes(wanted, 2 * MAX_CANDIDATES)) };
  const families = new Set(exact.map(familyOf));
  const relatives = listTypes()
    .filter((type) => families.has(familyOf(type)))
    .sort(newestFirst);
  if (exact.length === 1 && relatives[0] === only && !only.retired) return { kind: "one", type: only };
  return { kind: "several", candidates: relatives.slice(0, MAX_CANDIDATES) };
}

/** All versions of the best match, as for a name that is right, and the newest of every other family. */
function nearest(types: readonly ConnectorType[]): ConnectorType[] {
  const best = types[0] && familyOf(types[0]);
  const isNewest = (type: ConnectorType) =>
    types.every((other) => familyOf(other) !== familyOf(type) || newestFirst(type, other) <= 0);
  return types.filter((type) => familyOf(type) === best || isNewest(type)).slice(0, MAX_CANDIDATES);
}

function findExact(wanted: string): ConnectorType[] {
  return listTypes().filter(
    ({ slug, name }) => slug === wanted || (slug !== TEST_SLUG && name.toLowerCase() === wanted),
  );
}
