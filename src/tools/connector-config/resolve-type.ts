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
        match.candidates.map(describe),
      );
    case "none":
      throw missing(
        field,
        "our table has no connector type called",
        ref.trim(),
        match.candidates.map(describe),
        "Look for it with find_connector_types, or pass its catalog id from the C1 console.",
      );
  }
}

function describe({ name, slug, catalogId, retired }: ConnectorType): string {
  return describeCandidate(catalogId, `${name} (${slug})`, retired ? "retired" : undefined);
}
