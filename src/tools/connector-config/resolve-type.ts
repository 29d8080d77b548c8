import type { ConnectorType } from "../../connector-types/table.ts";
import { ambiguous, describeCandidate, missing } from "../candidates.ts";

/** A connector type by id, slug or name. Our table does not contain all ids, so an unknown one is not an error. */
export async function resolveType(
  field: string,
  ref: string,
): Promise<{ readonly catalogId: string; readonly type: ConnectorType | undefined }> {
  // Loaded when a type is first asked for, not at the server's start.
  const { matchType } = await import("../../connector-types/match.ts");
  const match = matchType(ref);
  switch (match.kind) {
    case "one":
      return { catalogId: match.type.catalogId, type: match.type };
    case "unknown":
      return { catalogId: match.catalogId, type: undefined };
    case "several":
      throw ambiguous(
        field,
        "more than one connector type answers to",
        ref.trim(),
        await describeAll(match.candidates),
      );
    case "none":
      throw missing(
        field,
        "this server knows no connector type called",
        ref.trim(),
        await describeAll(match.candidates),
        "Look for it with find_connector_types, or pass its catalog id from the C1 console.",
      );
  }
}

/** Each with its age, where there is another version of it among them. */
async function describeAll(types: readonly ConnectorType[]): Promise<string[]> {
  const { familyOf, versionOf } = await import("../../connector-types/family.ts");
  const ageOf = (type: ConnectorType): string | undefined => {
    const versions = types.filter((other) => familyOf(other) === familyOf(type)).map(versionOf);
    if (versions.length < 2) return undefined;
    return versionOf(type) === Math.max(...versions) ? "newer version" : "older version";
  };
  return types.map((type) => describe(type, ageOf(type)));
}

function describe({ name, slug, catalogId, retired }: ConnectorType, age: string | undefined): string {
  return describeCandidate(catalogId, `${name} (${slug})`, [], [retired ? "retired" : age]);
}
